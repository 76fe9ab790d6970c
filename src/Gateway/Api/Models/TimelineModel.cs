namespace Routing.Gateway.Api.Models;

/// <summary>One step of a call.</summary>
public sealed record TimelineModel
{
    /// <summary>When.</summary>
    public required DateTime At { get; init; }

    /// <summary>arrived, queued, offered, ringing, answered, offer-ended, overflowed, ended, resumed and others.</summary>
    public required string Kind { get; init; }

    /// <summary>For people: who, which queue, why.</summary>
    public required string Text { get; init; }
}
