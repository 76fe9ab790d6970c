using Routing.Contracts.Configuration;
using Routing.Grains.Records;

namespace Routing.Grains.Configuration;

/// <summary>
/// The configuration in force with the list of versions. The former versions themselves, and the texts that versions were made from, are cold rows: a domain holds one
/// configuration in memory.
/// </summary>
internal sealed class ConfigurationRecord
{
    /// <summary>Versions kept, the one in force included.</summary>
    public const int MaxVersionsCount = 20;

    /// <summary>Of all versions kept together; the one in force and the one before are kept whatever their size.</summary>
    public const long MaxVersionsBytes = 64 * 1024 * 1024;

    /// <summary>A rollback needs one to go back to.</summary>
    private const int MinVersionsCount = 2;

    /// <summary>Texts of files that are known again: more than anybody keeps copies of. 64 characters each.</summary>
    public const int MaxFilesCount = 200;

    private readonly Dictionary<long, UnknownFields> _unknownOfVersions = [];
    private UnknownFields _unknown;

    public long Version { get; set; }

    /// <summary>Empty before the first one.</summary>
    public ReadOnlyMemory<byte> Json { get; set; }

    /// <summary>Oldest first; the last one is in force.</summary>
    public List<ConfigurationVersion> Versions { get; } = [];

    /// <summary>Digest of the stored form of the file that the process read last; null when it never read one.</summary>
    public string? FileSha256 { get; set; }

    /// <summary>Digest of the text of that file.</summary>
    public string? FileTextSha256 { get; set; }

    /// <summary>Digests of the texts of all files that the domain had, oldest first: longer than versions are kept, and the same after an upgrade and in another year, unlike stored forms.</summary>
    public List<string> FileTexts { get; } = [];

    /// <summary>The version in force when the process had read that file.</summary>
    public long FileVersion { get; set; }

    /// <summary>Adds a version, and says which ones are to be forgotten for it.</summary>
    public List<long> Add(ConfigurationVersion version)
    {
        Versions.Add(version);
        List<long> forgotten = [];
        while (Versions.Count > MinVersionsCount && (Versions.Count > MaxVersionsCount || Versions.Sum(static kept => (long)kept.Bytes) > MaxVersionsBytes))
        {
            forgotten.Add(Versions[0].Version);
            Versions.RemoveAt(0);
        }

        return forgotten;
    }

    /// <summary>A file is the domain's now: those that were before are known again when they come back.</summary>
    public void Remember(string sha256, string? textSha256)
    {
        // A row of a former program names the last one only.
        AddText(FileTextSha256);
        AddText(textSha256);
        FileSha256 = sha256;
        FileTextSha256 = textSha256;
        FileVersion = Version;
    }

    private void AddText(string? textSha256)
    {
        if (textSha256 is null)
        {
            return;
        }

        FileTexts.Remove(textSha256);
        FileTexts.Add(textSha256);
        if (FileTexts.Count > MaxFilesCount)
        {
            FileTexts.RemoveAt(0);
        }
    }

    /// <summary>Of a row that nobody changes: the configuration is not copied out of it, it may have tens of megabytes.</summary>
    public static ConfigurationRecord Read(ReadOnlyMemory<byte> row)
    {
        ConfigurationRecord record = new();
        RecordReader reader = new(row.Span);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case RecordWriter.VersionField: reader.Int(); break;
                case 2: record.Version = reader.Number(); break;
                case 3: record.Json = row[reader.Place()]; break;
                case 4: record.Versions.Add(record.ReadVersion(reader.Bytes())); break;
                case 5: record.FileSha256 = reader.Text(); break;
                case 6: record.FileTextSha256 = reader.Text(); break;
                case 7: record.FileVersion = reader.Number(); break;
                case 8: record.FileTexts.Add(reader.Text()); break;
                default: reader.Keep(ref record._unknown); break;
            }
        }

        if (record.Versions.Count == 0 && record.Version > 0)
        {
            // Written before versions were kept: what is known of the one in force.
            record.Versions.Add(new ConfigurationVersion
            {
                Version = record.Version,
                AtMs = 0,
                Origin = ConfigurationOrigin.File,
                Actor = string.Empty,
                Sha256 = ConfigurationCodec.Sha256(record.Json.Span),
                Bytes = record.Json.Length,
            });
        }

        return record;
    }

    public byte[] Write(RecordWriter writer)
    {
        writer.Start(1);
        writer.Number(2, Version);
        writer.Bytes(3, Json.Span);
        foreach (ConfigurationVersion version in Versions)
        {
            Write(version, writer, 4);
        }

        writer.Text(5, FileSha256);
        writer.Text(6, FileTextSha256);
        writer.Number(7, FileVersion);
        foreach (string text in FileTexts)
        {
            writer.Text(8, text);
        }

        writer.Unknown(_unknown);
        return writer.ToArray();
    }

    private ConfigurationVersion ReadVersion(ReadOnlySpan<byte> bytes)
    {
        ConfigurationVersion version = new() { Version = 0, AtMs = 0, Origin = default, Actor = string.Empty, Sha256 = string.Empty, Bytes = 0 };
        UnknownFields unread = default;
        RecordReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: version = version with { Version = reader.Number() }; break;
                case 2: version = version with { AtMs = reader.Number() }; break;
                case 3: version = version with { Origin = (ConfigurationOrigin)reader.Int() }; break;
                case 4: version = version with { Actor = reader.Text() }; break;
                case 5: version = version with { Comment = reader.Text() }; break;
                case 6: version = version with { Sha256 = reader.Text() }; break;
                case 7: version = version with { Bytes = reader.Int() }; break;
                case 8: version = version with { CopyOf = reader.Number() }; break;
                default: reader.Keep(ref unread); break;
            }
        }

        if (!unread.Bytes.IsEmpty)
        {
            _unknownOfVersions[version.Version] = unread;
        }

        return version;
    }

    private void Write(ConfigurationVersion version, RecordWriter writer, int field)
    {
        int start = writer.Begin(field);
        writer.Number(1, version.Version);
        writer.Number(2, version.AtMs);
        writer.Number(3, (int)version.Origin);
        writer.Text(4, version.Actor);
        writer.Text(5, version.Comment);
        writer.Text(6, version.Sha256);
        writer.Number(7, version.Bytes);
        writer.Number(8, version.CopyOf ?? 0);
        writer.Unknown(_unknownOfVersions.GetValueOrDefault(version.Version));
        writer.End(start);
    }
}
