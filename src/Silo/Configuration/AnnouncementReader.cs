using Routing.Contracts.Configuration;
using Routing.Gateway.Api.Configuration;
using Routing.Grains.Configuration;
using YamlDotNet.RepresentationModel;

namespace Routing.Silo.Configuration;

/// <summary>Reads announcements with their sound. How long they may be, and whether somebody is led to them, is the brain's to check.</summary>
/// <param name="mistakes">Where mistakes go.</param>
/// <param name="places">Where everything stands.</param>
/// <param name="sounds">Has the files.</param>
/// <param name="found">Takes what was found, each once.</param>
internal sealed class AnnouncementReader(MistakeList mistakes, ConfigurationPlaces places, ISoundSource sounds, List<SoundFile> found)
{
    // Stands in for a sound that could not be read: long enough not to be a second mistake.
    private static readonly byte[] Click = new byte[AnnouncementConfiguration.BytesPerMillisecond];

    private readonly Dictionary<string, ((AudioLaw Law, ReadOnlyMemory<byte> Audio)? Sound, string Problem, string Remedy)> _read = new(StringComparer.Ordinal);

    public AnnouncementConfiguration Read(YamlNode node, int index)
    {
        var entry = new MappingReader(node, "announcement", ConfigurationKeys.Announcement, mistakes);
        string name = entry.RequiredText("name");
        name = name.Length == 0 ? EntryPath.Place(index) : name;
        places.Add(places.PathOf("announcements", name, index), entry);
        (AudioLaw law, ReadOnlyMemory<byte> audio) = Sound(entry, index) ?? (AudioLaw.Pcmu, Click);
        return new AnnouncementConfiguration { Name = name, Law = law, Audio = audio };
    }

    private (AudioLaw Law, ReadOnlyMemory<byte> Audio)? Sound(MappingReader entry, int index)
    {
        string file = entry.RequiredText("file");
        if (file.Length == 0 || index >= AnnouncementConfiguration.MaxCount)
        {
            // Too many are a mistake of their own: their sound is not read.
            return null;
        }

        if (!_read.TryGetValue(file, out var known))
        {
            _read.Add(file, known = Read(file));
        }

        if (known.Sound is null)
        {
            mistakes.Add(entry.PlaceOf("file"), $"'{file}' {known.Problem}", known.Remedy);
        }

        return known.Sound;
    }

    /// <summary>Each file once, however many announcements play it.</summary>
    private ((AudioLaw Law, ReadOnlyMemory<byte> Audio)? Sound, string Problem, string Remedy) Read(string file)
    {
        (SoundFile? sound, string problem, string remedy) = sounds.Find(file);
        if (sound is null)
        {
            return (null, problem, remedy);
        }

        found.Add(sound);
        return SoundReader.TryRead(sound, out AudioLaw law, out ReadOnlyMemory<byte> audio, out problem, out remedy)
            ? ((law, audio), "", "")
            : (null, problem, remedy);
    }
}
