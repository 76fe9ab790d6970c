using Routing.Contracts.Views;
using Routing.Grains.Agent;

namespace Routing.Grains.Matching;

/// <summary>A choice of an agent among waiting calls, looked at again for its why-record: the best few calls of all its lines, and the first of those that it was kept from.</summary>
internal sealed class CallChoice(AgentGrain agent)
{
    /// <summary>The chosen one first.</summary>
    public List<CallRank> Ranked { get; } = [];

    public Exclusions Excluded { get; } = new();

    public int CandidatesTouched { get; private set; }

    public void Look(in CallRank chosen)
    {
        if (agent.Held is { } held)
        {
            Rank(held);
        }

        foreach (ClassMembership membership in agent.Memberships)
        {
            foreach (CallLine line in membership.Class.Lines)
            {
                if (line.IsShutTo(agent))
                {
                    ExcludeBefore(chosen, line);
                }
                else
                {
                    Rank(line.Calls);
                }
            }
        }
    }

    /// <summary>Merges the best few calls of a line into those of the lines before.</summary>
    private void Rank(OrderedSet<CallRank> line)
    {
        foreach (CallRank rank in line)
        {
            if (Ranked.Count == WhyRecord.MaxEntriesCount && rank.CompareTo(Ranked[^1]) > 0)
            {
                break;
            }

            CandidatesTouched++;
            if (MayTake.Refusal(agent, rank.Call, rank.Call.LineNow) is { } reason)
            {
                Excluded.Add(rank.Call.Id.Value, reason);
                continue;
            }

            int place = Ranked.BinarySearch(rank);
            Ranked.Insert(~place, rank);
            if (Ranked.Count > WhyRecord.MaxEntriesCount)
            {
                Ranked.RemoveAt(WhyRecord.MaxEntriesCount);
            }
        }
    }

    /// <summary>Calls that come first and that the agent is kept from, as many as the record has room for.</summary>
    private void ExcludeBefore(in CallRank chosen, CallLine line)
    {
        foreach (CallRank rank in line.Calls)
        {
            if (Excluded.IsFull || rank.CompareTo(chosen) > 0)
            {
                break;
            }

            CandidatesTouched++;
            Excluded.Add(rank.Call.Id.Value, MayTake.Reserved);
        }
    }
}
