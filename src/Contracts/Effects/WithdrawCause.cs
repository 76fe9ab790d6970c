namespace Routing.Contracts.Effects;

public enum WithdrawCause
{
    /// <summary>The caller hung up.</summary>
    CallerLeft,

    /// <summary>The ring time-out passed (RONA).</summary>
    NoAnswer,

    /// <summary>Another agent answered first.</summary>
    AnsweredElsewhere,

    /// <summary>The agent went not ready or logged out while it rang.</summary>
    AgentUnavailable,

    /// <summary>The call left the queue (overflow, time-out).</summary>
    CallMoved,
}
