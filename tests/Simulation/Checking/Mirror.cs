using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>The checker's own picture of a domain, built from commands, replies, effects and events only.</summary>
internal sealed class Mirror(DomainId domain)
{
    public DomainId DomainId { get; } = domain;

    public long Sequence { get; set; }

    public long NowMs { get; set; }

    public DomainConfiguration? Configuration { get; set; }

    /// <summary>The versions that can be gone back to, the one in force last.</summary>
    public List<ConfigurationModel> Versions { get; } = [];

    /// <summary>What the file said that the process read last, and the version in force after it.</summary>
    public string? FileJson { get; set; }

    public long FileVersion { get; set; }

    public DomainView? Domain { get; set; }

    public long Offered { get; set; }

    public Dictionary<AgentId, AgentModel> Agents { get; } = [];

    public Dictionary<QueueId, QueueTally> Queues { get; } = [];

    public Dictionary<CallId, CallModel> Calls { get; } = [];

    /// <summary>Calls that ended and whose gateway has not said that it is done with them.</summary>
    public Dictionary<CallId, CallModel> Closing { get; } = [];

    public Dictionary<CallId, CallOutcome> Ended { get; } = [];

    public Dictionary<CallOutcome, long> Outcomes { get; } = [];

    public Dictionary<OfferId, OfferModel> Offers { get; } = [];

    /// <summary>Who spoke with each customer last.</summary>
    public Dictionary<CustomerId, AgentId> LastAgents { get; } = [];

    /// <summary>Incarnation of each gateway that was restored last.</summary>
    public Dictionary<GatewayId, long> Restored { get; } = [];

    public QueueConfiguration? Queue(QueueId id)
    {
        foreach (QueueConfiguration queue in Configuration?.Queues ?? [])
        {
            if (queue.Id == id)
            {
                return queue;
            }
        }

        return null;
    }

    public NumberConfiguration? Number(string dnis)
    {
        foreach (NumberConfiguration number in Configuration?.Numbers ?? [])
        {
            if (number.Number == dnis)
            {
                return number;
            }
        }

        return null;
    }

    /// <summary>The pending offers of the call.</summary>
    public IEnumerable<OfferModel> OffersOf(CallId call) => Offers.Values.Where(offer => offer.Id.Call == call);

    /// <summary>
    /// Rings agents and may ring another: fewer than the queue's offers, and the wait is not over. By the clock alone, without outages: it may be over then.
    /// </summary>
    public bool HasRoom(CallModel call, long nowMs) =>
        call.Seen.State == CallState.Ringing && Queue(call.Queue) is { } queue && OffersOf(call.Id).Count() < queue.Offers
        && (queue.TimeoutMs == 0 || call.EnteredMs + queue.TimeoutMs > nowMs);

    /// <summary>The pending offer of the agent, or null.</summary>
    public OfferModel? OfferOf(AgentId agent)
    {
        foreach (OfferModel offer in Offers.Values)
        {
            if (offer.Agent == agent)
            {
                return offer;
            }
        }

        return null;
    }

    /// <summary>
    /// May the agent take the call now (decisions.md "May take")? Naive on purpose: ready, a phone, the needs of the call's ring, no cool-off, not kept by a reserve, not held for somebody else.
    /// </summary>
    public bool MayTake(AgentModel agent, CallModel call, long nowMs) =>
        agent.State == AgentState.Ready && agent.HasPhone(nowMs) && Fits(agent, call) && !call.IsCooling(agent.Id, nowMs) && !IsHeldFromAll(call, agent)
        && !ReserveRules.Keeps(this, agent, call, ReserveRules.IsReady);

    public bool Fits(AgentModel agent, CallModel call) => Queue(call.Queue) is { } queue && RingNeeds.Of(queue, call.Seen.Ring).AreMetBy(agent);

    /// <summary>The call waits for another agent alone.</summary>
    public static bool IsHeldFromAll(CallModel call, AgentModel but) => call.Seen.HoldUntilMs is not null && call.Seen.PreferredAgent != but.Id;
}
