using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Routing.Gateway.Api.Configuration;
using Routing.Silo.Hosting;

namespace Routing.Silo.Configuration;

/// <summary>Texts of a configuration as they are stored with its version: without secrets, as JSON, compressed.</summary>
internal static class PackedSource
{
    /// <summary>Null when a text cannot be freed of its secrets.</summary>
    public static ReadOnlyMemory<byte>? Pack(IReadOnlyList<ConfigurationFile> files)
    {
        if (SecretHiding.Hide(files) is not { } hidden)
        {
            return null;
        }

        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal))
        {
            JsonSerializer.Serialize(brotli, [.. hidden.Select(static file => file with { Name = Path.GetFileName(file.Name) })], HostingJson.Default.ConfigurationFileArray);
        }

        return packed.ToArray();
    }

    public static IReadOnlyList<ConfigurationFile> Unpack(ReadOnlyMemory<byte> source)
    {
        using var brotli = new BrotliStream(new MemoryStream(source.ToArray()), CompressionMode.Decompress);
        return JsonSerializer.Deserialize(brotli, HostingJson.Default.ConfigurationFileArray) ?? [];
    }

    /// <summary>SHA-256 of the texts and sounds in lower-case hex, whatever their names: a folder that was moved is the same.</summary>
    public static string Sha256(IReadOnlyList<ConfigurationFile> files, IReadOnlyList<SoundFile> sounds)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ConfigurationFile file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file.Text));
            hash.AppendData([0]);
        }

        foreach (SoundFile sound in sounds)
        {
            hash.AppendData(SHA256.HashData(sound.Bytes.Span));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
