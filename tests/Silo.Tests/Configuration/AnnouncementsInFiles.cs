using System.Buffers.Binary;
using System.Text;
using Routing.Contracts.Configuration;
using Routing.Gateway.Api.Configuration;
using Routing.Silo.Configuration;
using Routing.Sip.Rtp;
using Xunit;

namespace Routing.Silo.Tests.Configuration;

/// <summary>Announcements as they are written, and their sounds as files: every kind that is played, every mistake with its place.</summary>
public sealed class AnnouncementsInFiles : IDisposable
{
    private const string Yaml = """
        domain: d
        queues:
          - id: q
            overflow:
              - { on: nobody-ready, announcement: closed }
        numbers:
          - { number: "1", announcement: closed }
          - number: "2"
            queue: q
            routes:
              - { when: { header: { name: X } }, announcement: closed }
        announcements:
          - { name: closed, file: sounds/closed.pcma }
        """;

    private static readonly byte[] Sound = [.. Enumerable.Range(0, 400).Select(static i => (byte)i)];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_number_a_route_and_a_queue_lead_to_an_announcement_whose_sound_stands_beside_the_file()
    {
        Directory.CreateDirectory(_folder.PathOf("sounds"));
        File.WriteAllBytes(_folder.PathOf("sounds/closed.pcma"), Sound);
        File.WriteAllText(_folder.PathOf("d.yaml"), Yaml);

        foreach (string path in new[] { _folder.PathOf("d.yaml"), _folder.Path })
        {
            ConfigurationResult result = ConfigurationLoader.LoadFile(path);
            Assert.Empty(result.Mistakes);
            DomainConfiguration domain = result.Configuration!;
            AnnouncementConfiguration announcement = Assert.Single(domain.Announcements);
            Assert.Equal(("closed", AudioLaw.Pcma, 50), (announcement.Name, announcement.Law, announcement.LengthMs));
            Assert.Equal(Sound, announcement.Audio.ToArray());
            var there = new RouteTarget(Announcement: "closed");
            Assert.All<RouteTarget?>([domain.Queues[0].Overflow[0].To, domain.Numbers[0].Otherwise, domain.Numbers[1].Routes[0].To], to => Assert.Equal(there, to));
            Assert.Equal("sounds/closed.pcma", Assert.Single(result.Sounds).Name);
        }
    }

    [Fact]
    public void Over_the_network_only_sounds_that_were_sent_are_read_and_no_file_of_this_machine()
    {
        File.WriteAllBytes(_folder.PathOf("closed.pcma"), Sound);
        string yaml = Yaml.Replace("sounds/closed.pcma", _folder.PathOf("closed.pcma"), StringComparison.Ordinal);

        ConfigurationMistake mistake = Assert.Single(ConfigurationLoader.Load("f.yaml", yaml).Mistakes);
        Assert.Equal((13L, 27L), (mistake.Line, mistake.Column));
        Assert.Contains("was not sent with the configuration", mistake.Problem, StringComparison.Ordinal);
        ConfigurationResult sent = ConfigurationLoader.Load("f.yaml", [new ConfigurationFile("f.yaml", Yaml)], new SentSounds([new SoundFile("sounds/closed.pcma", Sound)]));
        Assert.Equal(Sound, Assert.Single(sent.Configuration!.Announcements).Audio.ToArray());
    }

    [Theory]
    [InlineData("missing.wav", "does not exist")]
    [InlineData("/etc/hostname.wav", "is no path below the folder")]
    [InlineData("../closed.wav", "is no path below the folder")]
    [InlineData("a/../../closed.wav", "is no path below the folder")]
    [InlineData("sound.mp3", "none of .wav, .pcmu, .ulaw, .pcma, .alaw")]
    [InlineData("text.wav", "is no WAV file")]
    [InlineData("stereo.wav", "has 2 channels")]
    [InlineData("cd.wav", "has 44100 samples a second")]
    [InlineData("mp3.wav", "in format 85")]
    [InlineData("bytes.wav", "has 8 bits a sample")]
    [InlineData("headless.wav", "is a WAV file without sound")]
    [InlineData("big.pcmu", "has 1985537 bytes")]
    [InlineData("empty.pcmu", "is silent")]
    [InlineData("long.pcmu", "plays 120001 ms")]
    public void A_sound_that_cannot_be_played_is_told_with_its_place_and_what_to_do(string file, string problem)
    {
        Write("sound.mp3", Sound);
        Write("text.wav", Encoding.ASCII.GetBytes("RIFF is what it says"));
        Write("stereo.wav", Wave(7, 2, 8_000, 8, Sound));
        Write("cd.wav", Wave(7, 1, 44_100, 8, Sound));
        Write("mp3.wav", Wave(85, 1, 8_000, 8, Sound));
        Write("bytes.wav", Wave(1, 1, 8_000, 8, Sound));
        Write("headless.wav", Wave(7, 1, 8_000, 8, Sound)[..^408]);
        Write("big.pcmu", new byte[SoundReader.MaxFileBytes + 1]);
        Write("empty.pcmu", []);
        Write("long.pcmu", new byte[(8 * AnnouncementConfiguration.MaxLengthMs) + 1]);
        Write("d.yaml", Encoding.UTF8.GetBytes(Yaml.Replace("sounds/closed.pcma", file, StringComparison.Ordinal)));

        ConfigurationMistake mistake = Assert.Single(ConfigurationLoader.LoadFile(_folder.PathOf("d.yaml")).Mistakes);
        Assert.Equal((_folder.PathOf("d.yaml"), 13L, 27L), (mistake.File, mistake.Line, mistake.Column));
        Assert.Contains(problem, mistake.Problem, StringComparison.Ordinal);
        Assert.NotEmpty(mistake.Remedy);
    }

    [Fact]
    public void Samples_of_16_bits_become_mu_law_and_both_laws_are_played_as_they_are()
    {
        byte[] linear = new byte[2 * Sound.Length];
        for (int i = 0; i < Sound.Length; i++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(linear.AsSpan(2 * i), G711.Decode(RtpCodec.Pcmu, Sound[i]));
        }

        // 0xFF and 0x7F of µ-law are both silence.
        byte[] expected = [.. Sound.Select(static code => code == 0x7F ? (byte)0xFF : code)];
        Assert.Equal((AudioLaw.Pcmu, Convert.ToHexString(expected)), Read("a.wav", Wave(1, 1, 8_000, 16, linear)));
        Assert.Equal((AudioLaw.Pcmu, Convert.ToHexString(Sound)), Read("a.wav", Wave(7, 1, 8_000, 8, Sound)));
        Assert.Equal((AudioLaw.Pcma, Convert.ToHexString(Sound)), Read("a.wav", Wave(6, 1, 8_000, 8, Sound)));
        Assert.Equal((AudioLaw.Pcmu, Convert.ToHexString(Sound)), Read("a.ulaw", Sound));

        // As ffmpeg writes into a pipe: of unknown length.
        byte[] piped = Wave(6, 1, 8_000, 8, Sound);
        BinaryPrimitives.WriteUInt32LittleEndian(piped.AsSpan(piped.Length - Sound.Length - 4), uint.MaxValue);
        Assert.Equal((AudioLaw.Pcma, Convert.ToHexString(Sound)), Read("a.wav", piped));
    }

    [Fact]
    public void Every_cut_and_every_changed_byte_of_a_wav_file_is_read_or_refused_and_never_fails()
    {
        byte[] good = Wave(7, 1, 8_000, 8, Sound);
        for (int i = 0; i < good.Length; i++)
        {
            _ = SoundReader.TryRead(new SoundFile("a.wav", good.AsMemory(0, i)), out _, out _, out _, out _);
            byte[] damaged = [.. good];
            damaged[i] ^= 0xFF;
            Assert.Equal(SoundReader.TryRead(new SoundFile("a.wav", damaged), out _, out _, out string problem, out _), problem.Length == 0);
        }
    }

    private static (AudioLaw Law, string Audio) Read(string name, byte[] bytes)
    {
        Assert.True(SoundReader.TryRead(new SoundFile(name, bytes), out AudioLaw law, out ReadOnlyMemory<byte> audio, out string problem, out _), problem);
        return (law, Convert.ToHexString(audio.Span));
    }

    /// <summary>With a chunk of odd length between format and sound.</summary>
    private static byte[] Wave(short format, short channels, int rate, short bits, byte[] sound)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("RIFF"u8);
        writer.Write(sound.Length + 50);
        writer.Write("WAVEfmt "u8);
        writer.Write(18);
        writer.Write(format);
        writer.Write(channels);
        writer.Write(rate);
        writer.Write(rate * channels * bits / 8);
        writer.Write((short)(channels * bits / 8));
        writer.Write(bits);
        writer.Write((short)0);
        writer.Write("LIST"u8);
        writer.Write(3);
        writer.Write([1, 2, 3, 0]);
        writer.Write("data"u8);
        writer.Write(sound.Length);
        writer.Write(sound);
        return stream.ToArray();
    }

    private void Write(string file, byte[] bytes) => File.WriteAllBytes(_folder.PathOf(file), bytes);
}
