namespace Routing.Gateway.Telephony.Calls;

/// <summary>The timers that a call machine asks its shell for; one of each kind runs at a time.</summary>
public enum CallTimer
{
    /// <summary>The store did not confirm the arrival: 503.</summary>
    Arrival,

    /// <summary>The store did not confirm that the caller left: answer nevertheless and tear down.</summary>
    CallerStall,

    /// <summary>The same for the agent's side.</summary>
    AgentStall,

    /// <summary>Repeats the provisional response, so that proxies keep the transaction (RFC 3261 §13.3.1.1).</summary>
    Provisional,

    /// <summary>A 491 was received from the caller: ask again (RFC 3261 §14.1). The shell chooses the delay.</summary>
    CallerGlare,

    /// <summary>A 491 was received from the agent.</summary>
    AgentGlare,

    /// <summary>A call that ended before a restart is kept for as long as its other ends repeat what they asked (64·T1).</summary>
    Closing,
}
