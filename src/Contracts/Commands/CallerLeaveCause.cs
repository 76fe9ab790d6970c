namespace Routing.Contracts.Commands;

/// <summary>Why the caller's leg ended.</summary>
public enum CallerLeaveCause
{
    /// <summary>CANCEL before the final response.</summary>
    Cancelled,

    /// <summary>BYE.</summary>
    HungUp,

    /// <summary>The leg answered an audit with 481 or not at all, or its ACK never came.</summary>
    Lost,

    /// <summary>Connecting the two legs failed for a reason of the caller's side.</summary>
    ConnectFailed,
}
