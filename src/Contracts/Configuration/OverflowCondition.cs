namespace Routing.Contracts.Configuration;

/// <summary>When a call leaves its queue for somewhere else.</summary>
public enum OverflowCondition
{
    /// <summary>It has waited for <see cref="OverflowRule.AfterMs"/>.</summary>
    Wait,

    /// <summary>It comes, nobody is free for it, and <see cref="OverflowRule.Size"/> calls of the queue wait already; those that ring an agent are not counted.</summary>
    Full,

    /// <summary>Every agent who has what the queue needs is logged out.</summary>
    NobodyLoggedIn,

    /// <summary>Every agent who has what the queue needs is logged out or not ready. Who rings, talks or wraps up counts as ready.</summary>
    NobodyReady,

    /// <summary>The calendar <see cref="OverflowRule.Calendar"/> is closed.</summary>
    Closed,
}
