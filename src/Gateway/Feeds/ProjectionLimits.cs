namespace Routing.Gateway.Feeds;

/// <summary>Bounds of what a projection remembers of things that are over.</summary>
public static class ProjectionLimits
{
    /// <summary>Ended calls kept for lists and for readers who have yet to hear of the end; older ones are read from the store by id.</summary>
    public const int EndedCallsCount = 1_000;

    /// <summary>Removed agents and queues remembered for readers who have yet to hear of it; who is further behind gets everything anew.</summary>
    public const int TombstonesCount = 1_000;
}
