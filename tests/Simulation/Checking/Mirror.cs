using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>The checker's own picture of a domain, built from commands, replies, effects and events only.</summary>
internal sealed class Mirror(DomainId domain)
{
    public DomainId DomainId { get; } = domain;

    /// <summary>What replies say of the changes of a configuration is compared.</summary>
    public bool ChecksOutlook { get; init; } = true;

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

    /// <summary>Number of the last message taken of each other domain.</summary>
    public Dictionary<DomainId, long> Peers { get; } = [];

    /// <summary>When something was taken of each other domain last, or told to it first, and how much was told since.</summary>
    public Dictionary<DomainId, (long HeardMs, long ToldCount)> Heard { get; } = [];

    /// <summary>When a domain that says nothing was asked for an agent last.</summary>
    public Dictionary<DomainId, long> AskedSilentMs { get; } = [];

    /// <summary>Attempts that are open, by call and number, and whom they ask.</summary>
    public Dictionary<(CallId Call, int Attempt), GatewayId> Seeks { get; } = [];

    /// <summary>Agents lent of whom nothing final was heard, by the call's name at home, and for which loan.</summary>
    public Dictionary<(CallId Call, int Attempt), (GatewayId Home, int Loan)> Loans { get; } = [];

    /// <summary>Agents lent to calls of this domain, by the offer that they ring or talk for.</summary>
    public Dictionary<OfferId, (DomainId Lender, LendAgent Lend)> Lent { get; } = [];

    /// <summary>Guests that ended, by whether no agent talked to them.</summary>
    public Dictionary<bool, long> GuestsEnded { get; } = [];

    /// <summary>Guests whose home was not heard of in time.</summary>
    public HashSet<CallId> Silent { get; } = [];

    public Dictionary<OfferId, OfferModel> Offers { get; } = [];

    /// <summary>Who spoke with each customer last.</summary>
    public Dictionary<CustomerId, AgentId> LastAgents { get; } = [];

    /// <summary>Incarnation of each gateway that was restored last.</summary>
    public Dictionary<GatewayId, long> Restored { get; } = [];

    /// <summary>The last life of each gateway.</summary>
    public Dictionary<GatewayId, GatewayModel> Gateways { get; } = [];

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

    /// <summary>When the configuration in force came.</summary>
    public long ConfiguredMs { get; set; }

    public bool IsOpen(string calendar, long atMs) => WallClock.IsOpen(Configuration!.Calendars.First(known => known.Id == calendar), atMs);

    /// <summary>Where the call goes as it comes, and the priority it brings: the first route of its number that fits, else as the number says.</summary>
    public (RouteTarget To, int? Priority) Route(CallArrived arrived, long nowMs)
    {
        NumberConfiguration number = Number(arrived.Dnis)!;
        foreach (EntryRoute route in number.Routes)
        {
            string? value = arrived.Headers.FirstOrDefault(header => string.Equals(header.Name, route.When.Header, StringComparison.OrdinalIgnoreCase))?.Value;
            if ((route.When.Calendar is null || IsOpen(route.When.Calendar, nowMs) == route.When.Open)
                && (route.When.Header is null || (value is not null && (route.When.Value is null || string.Equals(value, route.When.Value, StringComparison.OrdinalIgnoreCase)))))
            {
                return (route.To, route.Priority ?? number.Priority);
            }
        }

        return (number.Queue is { } queue ? new RouteTarget(queue) : number.Otherwise!, number.Priority);
    }

    /// <summary>The longest wait in a queue, in either form; 0: none.</summary>
    public static long WaitMs(QueueConfiguration queue) =>
        queue.TimeoutMs > 0 ? queue.TimeoutMs : queue.Overflow.FirstOrDefault(rule => rule.On == OverflowCondition.Wait)?.AfterMs ?? 0;

    /// <summary>The pending offers of the call.</summary>
    public IEnumerable<OfferModel> OffersOf(CallId call) => Offers.Values.Where(offer => offer.Id.Call == call);

    /// <summary>
    /// Rings agents and may ring another: fewer than the queue's offers, and the wait is not over. By the clock alone, without outages: it may be over then.
    /// </summary>
    public bool HasRoom(CallModel call, long nowMs) =>
        call.Home is null && call.Seen.State == CallState.Ringing && Queue(call.Queue) is { } queue && OffersOf(call.Id).Count() < queue.Offers
        && (WaitMs(queue) == 0 || call.EnteredMs + WaitMs(queue) > nowMs);

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
