using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>The events of a turn by kind; also holds the rule that no view comes twice in a turn.</summary>
internal sealed class TurnFacts
{
    public Dictionary<AgentId, AgentView> Agents { get; } = [];

    public Dictionary<CallId, CallView> Calls { get; } = [];

    public Dictionary<QueueId, QueueView> Queues { get; } = [];

    public DomainView? Domain { get; private set; }

    public List<AgentId> RemovedAgents { get; } = [];

    public List<QueueId> RemovedQueues { get; } = [];

    public List<OfferMade> Made { get; } = [];

    public List<OfferEnded> EndedOffers { get; } = [];

    public List<VisitEnded> Visits { get; } = [];

    public void Read(CommittedTurn turn)
    {
        Agents.Clear();
        Calls.Clear();
        Queues.Clear();
        Domain = null;
        RemovedAgents.Clear();
        RemovedQueues.Clear();
        Made.Clear();
        EndedOffers.Clear();
        Visits.Clear();
        foreach (DomainEvent fact in turn.Result.Events)
        {
            Add(fact);
        }
    }

    public OfferEnded? EndOf(OfferId offer) => EndedOffers.Find(ended => ended.Offer == offer);

    private void Add(DomainEvent fact)
    {
        switch (fact)
        {
            case AgentChanged agent:
                Once(Agents.TryAdd(agent.Agent.Id, agent.Agent), agent.Agent.Id.Value);
                break;
            case CallChanged call:
                Once(Calls.TryAdd(call.Call.Id, call.Call), call.Call.Id.Value);
                break;
            case QueueChanged queue:
                Once(Queues.TryAdd(queue.Queue.Id, queue.Queue), queue.Queue.Id.Value);
                break;
            case DomainChanged domain:
                Once(Domain is null, "domain");
                Domain = domain.Domain;
                break;
            case AgentRemoved removed:
                RemovedAgents.Add(removed.Agent);
                break;
            case QueueRemoved removed:
                RemovedQueues.Add(removed.Queue);
                break;
            case OfferMade made:
                Made.Add(made);
                break;
            case OfferEnded ended:
                EndedOffers.Add(ended);
                break;
            case VisitEnded visit:
                Visits.Add(visit);
                break;
            default:
                break;
        }
    }

    private static void Once(bool first, string who)
    {
        if (!first)
        {
            throw new CheckFailure("one-view-a-turn", $"{who} changed twice in one turn");
        }
    }
}
