using Routing.Contracts.Lending;

namespace Routing.Gateway.Api.Models;

/// <summary>A domain that a waiting call asks for an agent, or that refused.</summary>
public sealed record SeekModel
{
    /// <summary>Which domain.</summary>
    public required string Domain { get; init; }

    /// <summary>Whose agents, there.</summary>
    public required string Queue { get; init; }

    /// <summary>Since when.</summary>
    public required DateTime Since { get; init; }

    /// <summary>open while it is asked, refused after it said no.</summary>
    public required SeekState State { get; init; }

    /// <summary>Why it was refused: unknown-queue, not-a-guest, closed, too-many-guests, unknown-protocol, bad-name or too-late; absent when it was not.</summary>
    public string? Reason { get; init; }

    /// <summary>When it is asked again after it refused.</summary>
    public DateTime? Again { get; init; }
}
