using System.Buffers.Binary;
using Routing.Contracts.Configuration;
using Routing.Gateway.Api.Configuration;
using Routing.Sip.Rtp;

namespace Routing.Silo.Configuration;

/// <summary>
/// Makes G.711 of a sound file: WAV (RIFF WAVE, Microsoft/IBM 1991, and RFC 2361) with µ-law, A-law or linear 16-bit samples, or raw µ-law or A-law. One channel, 8,000 samples a
/// second: what is heard is the file, never a conversion of its rate.
/// </summary>
internal static class SoundReader
{
    /// <summary>Two minutes of 16-bit samples with room for what else a WAV may carry.</summary>
    public const int MaxFileBytes = (AnnouncementConfiguration.MaxLengthMs * AnnouncementConfiguration.BytesPerMillisecond * 2) + (64 * 1024);

    private const int Linear = 1;
    private const int ALaw = 6;
    private const int MuLaw = 7;
    private const int Extensible = 0xFFFE;
    private const int SamplesPerSecond = 8_000;
    private const int ChunkHeaderBytes = 8;
    private const int RiffHeaderBytes = 12;
    private const int FormatBytes = 16;
    private const int SubFormatAt = 24;
    private const string Convert = "convert it, for example: ffmpeg -i in.mp3 -ar 8000 -ac 1 -c:a pcm_mulaw out.wav";

    /// <summary>False with what is wrong and what to do.</summary>
    public static bool TryRead(SoundFile file, out AudioLaw law, out ReadOnlyMemory<byte> audio, out string problem, out string remedy)
    {
        (law, audio, remedy) = (AudioLaw.Pcmu, default, Convert);
        switch (Path.GetExtension(file.Name))
        {
            case ".wav":
                (problem, law, audio) = ReadWave(file.Bytes);
                break;
            case ".pcmu" or ".ulaw":
                (problem, audio) = ("", file.Bytes);
                break;
            case ".pcma" or ".alaw":
                (problem, law, audio) = ("", AudioLaw.Pcma, file.Bytes);
                break;
            default:
                problem = "is of no kind that can be played: its name ends in none of .wav, .pcmu, .ulaw, .pcma, .alaw";
                break;
        }

        return problem.Length == 0;
    }

    private static (string Problem, AudioLaw Law, ReadOnlyMemory<byte> Audio) ReadWave(ReadOnlyMemory<byte> file)
    {
        ReadOnlySpan<byte> bytes = file.Span;
        if (bytes.Length < RiffHeaderBytes || !bytes.StartsWith("RIFF"u8) || !bytes[8..].StartsWith("WAVE"u8))
        {
            return ("is no WAV file", default, default);
        }

        int format = 0;
        for (int at = RiffHeaderBytes; bytes.Length - at >= ChunkHeaderBytes;)
        {
            ReadOnlySpan<byte> name = bytes.Slice(at, 4);
            // Programs that write into a pipe do not know the length, and say the most there can be.
            long said = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 4)..]);
            at += ChunkHeaderBytes;
            int length = (int)Math.Min(said, bytes.Length - at);
            ReadOnlySpan<byte> chunk = bytes.Slice(at, length);
            if (name.SequenceEqual("fmt "u8))
            {
                (string problem, format) = ReadFormat(chunk);
                if (problem.Length > 0)
                {
                    return (problem, default, default);
                }
            }
            else if (name.SequenceEqual("data"u8))
            {
                return format switch
                {
                    0 => ("is a WAV file that does not say its format before its sound", default, default),
                    Linear => ("", AudioLaw.Pcmu, Encode(chunk)),
                    _ => ("", format == ALaw ? AudioLaw.Pcma : AudioLaw.Pcmu, file.Slice(at, length)),
                };
            }

            // Chunks begin at even places.
            at += Math.Min(length + (length & 1), bytes.Length - at);
        }

        return ("is a WAV file without sound", default, default);
    }

    private static (string Problem, int Format) ReadFormat(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length < FormatBytes)
        {
            return ("is a damaged WAV file", 0);
        }

        int format = BinaryPrimitives.ReadUInt16LittleEndian(chunk);
        if (format == Extensible && chunk.Length >= SubFormatAt + 2)
        {
            format = BinaryPrimitives.ReadUInt16LittleEndian(chunk[SubFormatAt..]);
        }

        int channels = BinaryPrimitives.ReadUInt16LittleEndian(chunk[2..]);
        uint rate = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]);
        string problem = channels != 1 ? $"has {channels} channels, and must have one"
            : rate != SamplesPerSecond ? $"has {rate} samples a second, and must have {SamplesPerSecond}"
            : format is not (Linear or ALaw or MuLaw) ? $"is a WAV file in format {format}, and must be µ-law, A-law or 16-bit linear"
            : bits != (format == Linear ? 16 : 8) ? $"has {bits} bits a sample, and must be µ-law, A-law or 16-bit linear"
            : "";
        return (problem, format);
    }

    private static byte[] Encode(ReadOnlySpan<byte> samples)
    {
        byte[] encoded = new byte[samples.Length / 2];
        for (int i = 0; i < encoded.Length; i++)
        {
            encoded[i] = G711.Encode(RtpCodec.Pcmu, BinaryPrimitives.ReadInt16LittleEndian(samples[(i * 2)..]));
        }

        return encoded;
    }
}
