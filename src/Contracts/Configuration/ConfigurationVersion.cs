namespace Routing.Contracts.Configuration;

/// <summary>One version of a domain's configuration.</summary>
public sealed record ConfigurationVersion
{
    /// <summary>The <see cref="Comment"/> of a version of <see cref="ConfigurationOrigin.File"/> that only brought time zones up to date.</summary>
    public const string ZonesComment = "time zones as they are known now";

    /// <summary>Dense from 1.</summary>
    public required long Version { get; init; }

    /// <summary>When it was applied, Unix milliseconds; 0 when it was before versions were kept.</summary>
    public required long AtMs { get; init; }

    public required ConfigurationOrigin Origin { get; init; }

    /// <summary>Who applied it.</summary>
    public required string Actor { get; init; }

    public string? Comment { get; init; }

    /// <summary>SHA-256 of the stored form in lower-case hex. It covers secrets: for administrators only.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Size of the stored form, bytes.</summary>
    public required int Bytes { get; init; }

    /// <summary>Of a rollback: the version that it is a copy of.</summary>
    public long? CopyOf { get; init; }

    /// <summary>
    /// What a rollback without a version goes back to: the last version with another content than the one in force. One that only brought time zones up to date has that of the version before it.
    /// </summary>
    /// <param name="versions">All that are kept, oldest first; the last one is in force.</param>
    /// <returns>Its number; null when none is kept.</returns>
    public static long? OneBefore(IReadOnlyList<ConfigurationVersion> versions)
    {
        int last = versions.Count - 1;
        while (last > 0 && versions[last] is { Origin: ConfigurationOrigin.File, Comment: ZonesComment })
        {
            last--;
        }

        return last > 0 ? versions[last - 1].Version : null;
    }
}
