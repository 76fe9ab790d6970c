using Routing.Contracts.Engine;

namespace Routing.Mailbox.Membership;

/// <summary>A silo as the database knows it.</summary>
public sealed record SiloView
{
    /// <summary>Of this life of the process; a restart has another.</summary>
    public required long Id { get; init; }

    public required string Name { get; init; }

    /// <summary>HOST:PORT where gateways reach it.</summary>
    public required string Link { get; init; }

    /// <summary>When it joined, Unix milliseconds by the database's clock.</summary>
    public required long JoinedMs { get; init; }

    /// <summary>How long ago it last said that all its lanes go on, milliseconds by the database's clock.</summary>
    public required long SilentForMs { get; init; }

    /// <summary>Of the tables that its program knows.</summary>
    public required int Version { get; init; }

    /// <summary>The highest format level that its program knows.</summary>
    public int Level { get; init; } = FormatLevel.First;

    /// <summary>The lowest of the levels that the gateways know which are connected to it; null when none is.</summary>
    public int? ClientsLevel { get; init; }

    /// <summary>Asked to give up all partitions.</summary>
    public required bool IsDraining { get; init; }

    /// <summary>Why it takes no ownership (its clock differs), null when it does.</summary>
    public string? Refusal { get; init; }

    /// <summary>
    /// It joined long enough ago for its program to have done with its start and to have copies of what is large. Before that, what others have is not moved to it: a domain would stand still for as long as the rest of the start lasts.
    /// </summary>
    public bool IsSettled { get; init; } = true;

    /// <summary>Whether partitions may be given to it.</summary>
    public bool MayOwn => !IsDraining && Refusal is null;
}
