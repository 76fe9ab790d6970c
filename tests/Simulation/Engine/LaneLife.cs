using Routing.Contracts.Ids;
using Routing.Mailbox.Lanes;
using Routing.Simulation.Checking;

namespace Routing.Simulation.Engine;

/// <summary>One life of a lane's process: dies without a word, or lives on as one that believes it still owns.</summary>
internal sealed class LaneLife(int lane)
{
    public int LaneNumber { get; } = lane;

    public Lane? Lane { get; set; }

    /// <summary>Nothing of it reaches anybody any more.</summary>
    public bool IsDead { get; set; }

    /// <summary>Another process believed at some time in this life that it owns the lane: the two take it from each other until one is gone.</summary>
    public bool IsContested { get; set; }

    /// <summary>Outputs that still leave before it dies; null: it does not die.</summary>
    public int? OutputsLeft { get; set; }

    public long WakeAtMs { get; set; } = long.MaxValue;

    public CommitFault NextFault { get; set; }

    /// <summary>Turns that ran and are not committed, by domain.</summary>
    public Dictionary<DomainId, List<CommittedTurn>> Pending { get; } = [];

    public List<CommittedTurn> PendingOf(DomainId domain)
    {
        if (!Pending.TryGetValue(domain, out List<CommittedTurn>? turns))
        {
            turns = [];
            Pending.Add(domain, turns);
        }

        return turns;
    }

    /// <summary>Whether a reply, an effect or an event gets out of the process.</summary>
    public bool LetsOut()
    {
        if (OutputsLeft is { } left)
        {
            OutputsLeft = left - 1;
            IsDead |= left <= 0;
        }

        return !IsDead;
    }
}
