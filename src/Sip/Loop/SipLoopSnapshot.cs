namespace Routing.Sip.Loop;

/// <summary>Counters of a <see cref="SipLoop"/> at one moment.</summary>
/// <param name="ItemsRun">Posted items that ran, since the start.</param>
/// <param name="TimersFired">Timers that fired, since the start.</param>
/// <param name="NetworkRefused">Items from the network refused because the inbox was full.</param>
/// <param name="InternalRefused">Items of the program refused because the inbox was full or the loop had ended.</param>
/// <param name="Faults">Exceptions that reached the loop.</param>
/// <param name="InboxItems">Items waiting now.</param>
/// <param name="InboxItemsMax">Most items that ever waited.</param>
/// <param name="TimersLive">Timers armed now.</param>
public sealed record SipLoopSnapshot(
    long ItemsRun,
    long TimersFired,
    long NetworkRefused,
    long InternalRefused,
    long Faults,
    int InboxItems,
    int InboxItemsMax,
    int TimersLive);
