namespace Routing.Gateway.Api.Models;

/// <summary>A version of the domain's configuration.</summary>
public sealed record ConfigurationVersionModel
{
    /// <summary>Dense from 1.</summary>
    public required long Version { get; init; }

    /// <summary>When it was applied; absent when it was before versions were kept.</summary>
    public DateTime? At { get; init; }

    /// <summary>operator: REST or command line; file: the process's own file; rollback.</summary>
    public required string Origin { get; init; }

    /// <summary>Name of the key that applied it, or of the process.</summary>
    public required string Actor { get; init; }

    /// <summary>Why, as it was given.</summary>
    public string? Comment { get; init; }

    /// <summary>Of a rollback: the version that it is a copy of.</summary>
    public long? CopyOf { get; init; }

    /// <summary>Size as it is stored.</summary>
    public required int Bytes { get; init; }

    /// <summary>SHA-256 of the stored form; for administrators only.</summary>
    public string? Sha256 { get; init; }
}
