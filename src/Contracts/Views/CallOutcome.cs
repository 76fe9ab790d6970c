namespace Routing.Contracts.Views;

/// <summary>How a call ended: one, exactly once.</summary>
public enum CallOutcome
{
    Answered,

    /// <summary>The caller left before an agent answered, also while a phone rang.</summary>
    Abandoned,

    /// <summary>Sent to another domain or outside (redirected).</summary>
    OverflowedOut,

    /// <summary>Turned away by a rule (time-out without overflow, full, closed).</summary>
    Rejected,

    /// <summary>A fault of ours or of the network.</summary>
    Failed,

    /// <summary>Turned away with an announcement, whether or not the caller heard it to its end: who hangs up when it says "we are closed" abandoned nothing.</summary>
    Announced,

    /// <summary>A guest that no agent of this domain talked to: how the call ended is told by its own domain.</summary>
    Returned,
}
