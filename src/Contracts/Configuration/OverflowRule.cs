namespace Routing.Contracts.Configuration;

/// <summary>
/// Leads calls of a queue elsewhere. Acts on calls as they come and, but for <see cref="OverflowCondition.Full"/>, on those that wait; a ringing offer may finish first.
/// </summary>
public sealed record OverflowRule
{
    public required OverflowCondition On { get; init; }

    /// <summary>
    /// Milliseconds. Of <see cref="OverflowCondition.Wait"/>: the longest wait. Of <see cref="OverflowCondition.Closed"/>: how long calls that wait at closing time are
    /// still served. Of the two "nobody": how long there must have been nobody. Of <see cref="OverflowCondition.Full"/>: 0.
    /// </summary>
    public int AfterMs { get; init; }

    /// <summary>Of <see cref="OverflowCondition.Full"/>: so many may wait; 0 when calls come in only if somebody is free.</summary>
    public int? Size { get; init; }

    /// <summary>Of <see cref="OverflowCondition.Closed"/>: id of the calendar.</summary>
    public string? Calendar { get; init; }

    /// <summary>Only calls that come: those that wait already stay.</summary>
    public bool EntryOnly { get; init; }

    public required RouteTarget To { get; init; }
}
