namespace Routing.Sip.Loop;

/// <summary>Where posted work comes from: decides how full the inbox may be before it is refused.</summary>
public enum SipLoopLane
{
    /// <summary>From the network: refused first, so that a flood of packets leaves room for our own work.</summary>
    Network,

    /// <summary>From the program itself (commit completions, look-ups, commands): may fill the whole inbox.</summary>
    Internal,

    /// <summary>
    /// The outcome of what the loop itself asked for: refused only when the loop has ended. Each stands for one request that left, so their number is bounded by
    /// what was asked, and whoever asked would wait for ever.
    /// </summary>
    Outcome,
}
