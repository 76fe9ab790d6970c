using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>A live call as the checker knows it: the last view, and what effects said to the gateway so far.</summary>
internal sealed class CallModel
{
    public required CallId Id { get; init; }

    public required GatewayId Gateway { get; init; }

    public required bool LateOffer { get; init; }

    /// <summary>Number of the turn in which it arrived: first come is the lower.</summary>
    public required long ArrivedSequence { get; init; }

    /// <summary>The domain that a guest belongs to, and what it asked; null for a call of the domain.</summary>
    public DomainId? Home { get; init; }

    public SeekAgent? Asked { get; init; }

    /// <summary>What names its INVITE, and when that came.</summary>
    public string? Invite { get; init; }

    public long InvitedMs { get; init; }

    /// <summary>The call whose place it got as it came (<see cref="SuccessionRules"/>), as that was before.</summary>
    public CallView? Former { get; set; }

    public CallView? View { get; set; }

    /// <summary>The queue of the visit that lasts, when it began, and by how much outages moved its end.</summary>
    public QueueId Queue { get; set; }

    public long EnteredMs { get; set; }

    /// <summary>The queue of the visit that lasts, once it was counted; null between visits.</summary>
    public QueueId? Visiting { get; set; }

    public long ShiftMs { get; set; }

    /// <summary>The turn in which the visit began.</summary>
    public long EnteredSequence { get; set; }

    /// <summary>Who should have it in this visit.</summary>
    public AgentId? Preferred { get; set; }

    /// <summary>Until when it is held for that agent, without outages; null: it is not.</summary>
    public long? HoldDueMs { get; set; }

    /// <summary>The turn in which a hold ended: decisions of that turn may have been made before.</summary>
    public long HoldEndedSequence { get; set; }

    /// <summary>Attempts to borrow an agent that were begun before this visit: they may go on in it.</summary>
    public int AttemptsBeforeCount { get; set; }

    /// <summary>Until when whoever refused is asked no more in this visit.</summary>
    public Dictionary<(DomainId Domain, QueueId Queue), long> PausedUntilMs { get; } = [];

    public int OffersMade { get; set; }

    /// <summary>The announcement that the gateway was told to play, how long it is, and when the call is to end with it.</summary>
    public string? Announcement { get; set; }

    public int AnnouncementMs { get; set; }

    public long AnnouncementDueMs { get; set; }

    public int AnnouncementReplays { get; set; }

    public bool CallerAnswered { get; set; }

    public bool CallerRung { get; set; }

    public bool CallerGone { get; set; }

    public bool CallerEnded { get; set; }

    /// <summary>Offers whose phones ring: an offer sent, and neither withdrawn, failed nor connected.</summary>
    public List<OfferId> Open { get; } = [];

    public OfferId? Connected { get; set; }

    /// <summary>What the turn that ended the call owed its legs.</summary>
    public EndCaller? CallerOwed { get; set; }

    public EndAgentLeg? AgentOwed { get; set; }

    /// <summary>Offers that were withdrawn: whose phones must be told, and since when.</summary>
    public Dictionary<OfferId, (AgentId Agent, long AtMs)> Stopped { get; } = [];

    public Dictionary<LegId, ReadOnlyMemory<byte>> Legs { get; } = [];

    /// <summary>Until when each agent that let the call down is not to be rung for it again.</summary>
    public Dictionary<AgentId, long> CoolOffUntilMs { get; } = [];

    /// <summary>When each lent agent who let it down was lent, by their domain's clock.</summary>
    public Dictionary<AgentId, long> LentFirstMs { get; } = [];

    public bool IsCooling(AgentId agent, long nowMs) => CoolOffUntilMs.TryGetValue(agent, out long until) && until > nowMs;

    public CallView Seen => View ?? throw new CheckFailure("lost-call", $"call {Id} arrived and no event ever spoke of it");
}
