namespace Routing.Contracts.Configuration;

/// <summary>A stored configuration, read beside the turns.</summary>
public sealed record ConfigurationDetail
{
    public required ConfigurationVersion Version { get; init; }

    /// <summary>All versions that are kept, oldest first; the last one is in force.</summary>
    public required IReadOnlyList<ConfigurationVersion> Versions { get; init; }

    /// <summary>With digests of secrets.</summary>
    public required DomainConfiguration Configuration { get; init; }

    /// <summary>
    /// <see cref="Commands.ApplyConfiguration.TextSha256"/> of the file that a process brought last, when nothing was put in force since: bringing it again changes nothing. Null of a former version, and from a former program.
    /// </summary>
    public string? FileTextSha256 { get; init; }

    /// <summary><see cref="Commands.ApplyConfiguration.Source"/> of this version, when it was stored.</summary>
    public ReadOnlyMemory<byte>? Source { get; init; }
}
