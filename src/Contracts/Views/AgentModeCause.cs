namespace Routing.Contracts.Views;

/// <summary>What brought an agent into the present mode. Stored: keep the numbers.</summary>
public enum AgentModeCause
{
    /// <summary>Nothing happened yet, or it was not kept then.</summary>
    None = 0,
    ByHand = 1,

    /// <summary>A phone registered.</summary>
    Registered = 2,

    /// <summary>The last phone went away.</summary>
    NoPhone = 3,

    /// <summary>A call was not answered (RONA).</summary>
    NoAnswer = 4,
    Declined = 5,
    Unreachable = 6,

    /// <summary>The time after a failed offer was over.</summary>
    Recovered = 7,

    /// <summary>The caller hung up while the phone rang.</summary>
    CallerLeft = 8,
}
