namespace Routing.Contracts.Commands;

public enum ReplyCode
{
    Ok,

    /// <summary>No such agent, queue, call or number.</summary>
    NotFound,

    /// <summary>What it speaks of is over (an offer that was withdrawn).</summary>
    Gone,

    /// <summary>Not in this state; the detail says why and what to do.</summary>
    Conflict,

    /// <summary>The input itself is wrong; the detail says how.</summary>
    Refused,

    /// <summary>The turn failed and was put aside (dead letter).</summary>
    Failed,

    /// <summary>Not taken because of load, shutdown or a store that does not answer; try again later.</summary>
    Unavailable,
}
