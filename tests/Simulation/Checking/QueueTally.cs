using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>What the checker counted of a queue by itself, from visits and outcomes.</summary>
internal sealed class QueueTally
{
    public QueueView? View { get; set; }

    /// <summary>Whom the queue rang last while its strategy was round-robin.</summary>
    public AgentId? LastRung { get; set; }

    public long Offered { get; set; }

    public long Answered { get; set; }

    public long Abandoned { get; set; }

    public long Overflowed { get; set; }

    public long Rejected { get; set; }

    public long Failed { get; set; }

    public long Announced { get; set; }

    public long AnsweredAll { get; set; }

    /// <summary>Since when certainly nobody who could serve the queue is logged in; 0: somebody may be.</summary>
    public long NobodyLoggedInSinceMs { get; set; }

    public long NobodyReadySinceMs { get; set; }

    /// <summary>When somebody certainly was, last.</summary>
    public long LastLoggedInMs { get; set; }

    public long LastReadyMs { get; set; }
}
