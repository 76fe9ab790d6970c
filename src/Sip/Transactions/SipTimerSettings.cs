namespace Routing.Sip.Transactions;

/// <summary>The timers of RFC 3261 (table 4, page 265) as values of one stack, so that tests and networks can have their own.</summary>
public sealed record SipTimerSettings
{
    private const int TimeoutInT1 = 64;

    /// <summary>Estimate of the round trip time.</summary>
    public TimeSpan T1 { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest interval between repeats of non-INVITE requests and of responses to INVITE.</summary>
    public TimeSpan T2 { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Longest time that a message stays in the network.</summary>
    public TimeSpan T4 { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Timer C: an INVITE that was answered provisionally ends when nothing more comes for this long. More than three minutes
    /// (RFC 3261 §16.6 step 11); user agents that ring longer send a provisional response every minute (§13.3.1.1).
    /// </summary>
    public TimeSpan ProceedingLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>64·T1: timers B, F, H, J, L, M, and D, for which the RFC asks for at least 32 s.</summary>
    public TimeSpan Timeout => T1 * TimeoutInT1;
}
