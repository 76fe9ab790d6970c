namespace Routing.Gateway.Api.Models;

/// <summary>Turns of the stream of events.</summary>
public sealed record EventPage
{
    /// <summary>Oldest first; those without events are left out.</summary>
    public required IReadOnlyList<EventTurnModel> Turns { get; init; }

    /// <summary>What to send as 'after' next.</summary>
    public required long Next { get; init; }

    /// <summary>The last turn that is known now: a reader with 'next' there has seen everything.</summary>
    public required long Latest { get; init; }
}
