using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Gateway.Feeds;

/// <summary>A queue of the projection with its line; without a view it is a removed one.</summary>
internal sealed class QueueEntry(QueueId id) : Tracked
{
    public QueueId Id { get; } = id;

    public QueueView? View { get; set; }

    /// <summary>Calls waiting or ringing here, first to be served first.</summary>
    public SortedSet<PlaceInLine> Line { get; } = [];

    /// <summary>Agents who are ready and meet the needs.</summary>
    public int ReadyAgents { get; set; }

    /// <summary>Of a queue that is not removed.</summary>
    public QueueReading Read()
    {
        // Guests wait in their own domain.
        long? longest = null;
        foreach (PlaceInLine place in Line)
        {
            longest = !place.IsGuest && (longest is null || place.EnqueuedMs < longest) ? place.EnqueuedMs : longest;
        }

        return new QueueReading(View!, ReadyAgents, longest);
    }

    public bool IsServedBy(AgentView agent)
    {
        if (View is null)
        {
            return false;
        }

        foreach (SkillLevel need in View.Needs)
        {
            bool met = false;
            foreach (SkillLevel skill in agent.Skills)
            {
                met |= skill.Level >= need.Level && string.Equals(skill.Skill, need.Skill, StringComparison.Ordinal);
            }

            if (!met)
            {
                return false;
            }
        }

        return View.Condition is not { } condition || condition.IsMetBy(new AgentTraits(agent.Skills, agent.Team, agent.Attributes));
    }
}
