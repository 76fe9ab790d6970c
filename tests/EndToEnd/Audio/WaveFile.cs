using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Routing.EndToEnd.Audio;

/// <summary>Mono sound of 16 bits a sample. The length fields of the header are not trusted: a phone that was killed never wrote them.</summary>
internal sealed record WaveFile(int SampleRateHz, short[] Samples)
{
    private const int HeaderBytes = 44;

    public static WaveFile Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        if (bytes.Length < HeaderBytes)
        {
            return new WaveFile(8000, []);
        }

        int data = bytes.AsSpan().IndexOf("data"u8) + 8;
        int sampleRate = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(24));
        ReadOnlySpan<byte> payload = bytes.AsSpan(data, (bytes.Length - data) & ~1);
        return new WaveFile(sampleRate, MemoryMarshal.Cast<byte, short>(payload).ToArray());
    }

    /// <summary>Writes a tone.</summary>
    public static void WriteTone(string path, double toneHz, TimeSpan length, int sampleRateHz = 8000)
    {
        int count = (int)(length.TotalSeconds * sampleRateHz);
        byte[] bytes = new byte[HeaderBytes + (2 * count)];
        "RIFF"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bytes.Length - 8);
        "WAVEfmt "u8.CopyTo(bytes.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(24), sampleRateHz);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(28), 2 * sampleRateHz);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(34), 16);
        "data"u8.CopyTo(bytes.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(40), 2 * count);
        for (int i = 0; i < count; i++)
        {
            short sample = (short)(8000 * Math.Sin(2 * Math.PI * toneHz * i / sampleRateHz));
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(HeaderBytes + (2 * i)), sample);
        }

        File.WriteAllBytes(path, bytes);
    }
}
