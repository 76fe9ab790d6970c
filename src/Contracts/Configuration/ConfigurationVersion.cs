namespace Routing.Contracts.Configuration;

/// <summary>One version of a domain's configuration.</summary>
public sealed record ConfigurationVersion
{
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
}
