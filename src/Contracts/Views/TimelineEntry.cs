namespace Routing.Contracts.Views;

/// <summary>One step of a call.</summary>
/// <param name="AtMs">Unix milliseconds.</param>
/// <param name="Kind">arrived, queued, offered, ringing, answered, offer-ended, overflowed, ended, resumed …</param>
/// <param name="Text">For people: who, which queue, why.</param>
public sealed record TimelineEntry(long AtMs, string Kind, string Text);
