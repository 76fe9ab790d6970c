using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Call;
using Routing.Grains.Domain;
using Routing.Grains.Matching;
using Routing.Grains.Records;

namespace Routing.Grains.Agent;

/// <summary>
/// An agent: a mode (what was asked for) and an activity (what goes on). Handlers: <see cref="AgentModes"/>, <see cref="AgentWork"/>,
/// <see cref="AgentRegistrations"/>. Invariant: every activity but idle has a live reason, a call that names the agent or a timer that ends it.
/// </summary>
internal sealed class AgentGrain : Grain
{
    public const string NoPhoneReason = "no-phone";

    private const int WrapUpSlot = 0;
    private const int RecoverSlot = 1;
    private static readonly string[] Timers = ["wrap-up", "recover", "binding"];

    private (AgentState State, string? Reason) _presented;

    public AgentGrain(AgentId id, AgentRecord record)
        : base(GrainKind.Of(id))
    {
        Id = id;
        Record = record;
        _presented = (State, PresentedReason);
    }

    public AgentId Id { get; }

    public AgentRecord Record { get; }

    /// <summary>Null once the agent is no longer configured.</summary>
    public AgentConfiguration? Configuration { get; set; }

    /// <summary>The need classes that the agent's skills satisfy, by index.</summary>
    public ClassMembership[] Memberships { get; set; } = [];

    /// <summary>In the pools, with what it is ranked by; null when not.</summary>
    public Standing? Pooled { get; set; }

    /// <summary>The reserves that count the agent.</summary>
    public uint ReserveMask { get; set; }

    /// <summary>Listed by matching as one who may take more than before in this turn.</summary>
    public bool IsListedFree { get; set; }

    /// <summary>The calls that wait for this agent alone, in the domain's order; null when there never was one.</summary>
    public OrderedSet<CallRank>? Held { get; set; }

    /// <summary>As what the agent counts in the need classes.</summary>
    public Presence Counted { get; set; }

    /// <summary>Has a row in the store. An agent whom nothing happened to has none, and leaves without one being deleted: a large configuration can be taken back in one turn.</summary>
    public bool IsStored { get; set; }

    /// <summary>Place in the configuration's list, from 0.</summary>
    public int Place { get; set; }

    /// <summary>Place among all agents by id, from 0. Kept only when some strategy goes by it.</summary>
    public int PlaceById { get; set; }

    public int Weight => Configuration?.Weight ?? 0;

    /// <summary>What strategies rank by, as of the last change of state.</summary>
    public Standing Standing => new(Record.IdleSinceMs, AgentShift.OccupancyPpm(Record), Record.ShiftAnsweredCount);

    public bool HasPhone => Record.Bindings.Count > 0;

    /// <summary>
    /// Has a phone that has not expired. <see cref="HasPhone"/> is the state that others build on and changes by events only; an expired phone counts in it until
    /// its timer fires, which may be late.
    /// </summary>
    public bool IsReachable(long nowMs)
    {
        foreach (BindingRecord binding in Record.Bindings)
        {
            if (binding.Binding.ExpiresAtMs > nowMs)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>May be given work now. Capacity is one call.</summary>
    public bool IsAvailable => Record.Mode == AgentMode.Ready && Record.Activity == AgentActivity.Idle && HasPhone && Configuration is not null;

    /// <summary>Free, or will be when the call, ring or wrap-up at hand is over: worth waiting for.</summary>
    public bool IsAtWork => Record.Mode == AgentMode.Ready && Configuration is not null;

    public AgentState State => Record.Activity switch
    {
        AgentActivity.Offered => AgentState.Offered,
        AgentActivity.Talking => AgentState.Talking,
        AgentActivity.WrapUp => AgentState.WrapUp,
        _ => Record.Mode switch
        {
            AgentMode.Ready => AgentState.Ready,
            AgentMode.NotReady => AgentState.NotReady,
            _ => AgentState.LoggedOut,
        },
    };

    internal override IReadOnlyList<string> TimerNames => Timers;

    internal string? PresentedReason => Record.Activity == AgentActivity.Idle ? Record.Reason : null;

    public bool Satisfies(NeedClass needClass)
    {
        foreach (ClassMembership membership in Memberships)
        {
            if (membership.Class == needClass)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Of a class that the agent satisfies.</summary>
    public ClassMembership MembershipOf(NeedClass needClass)
    {
        foreach (ClassMembership membership in Memberships)
        {
            if (membership.Class == needClass)
            {
                return membership;
            }
        }

        throw new InvalidOperationException($"Agent '{Id}' does not satisfy the needs of class {needClass.Index}.");
    }

    /// <summary>To be called after every change: keeps the time of the presented state and the place in the pools.</summary>
    public void Changed(TurnContext turn, string trigger = "agent-ready")
    {
        turn.Touch(this);
        (AgentState State, string? Reason) now = (State, PresentedReason);
        if (now != _presented)
        {
            AgentShift.Count(Record, _presented.State, now.State, turn.NowMs);
            _presented = now;
            Record.SinceMs = turn.NowMs;
        }

        turn.Matching.Follow(this, trigger);
        Staffing.Follow(this, turn);
        if (Held is { Count: > 0 } held && !IsAtWork)
        {
            foreach (CallRank rank in held)
            {
                turn.Send(rank.Call.Key, HoldCheck.Instance);
            }
        }
    }

    public AgentView View() => new()
    {
        Id = Id,
        Name = Configuration?.Name ?? Record.RemovedName ?? Id.Value,
        State = State,
        Reason = PresentedReason,
        SinceMs = Record.SinceMs,
        IdleSinceMs = Record.IdleSinceMs,
        Phones = Record.Bindings.Count,
        Call = Record.Offer?.Call,
        Queue = Record.Queue,
        Skills = Configuration?.Skills ?? [],
        Team = Configuration?.Team,
        Attributes = Configuration?.Attributes,
        Answered = Record.AnsweredCount,
        Missed = Record.MissedCount,
        ShiftAnswered = Record.ShiftAnsweredCount,
        BusyMs = Record.BusyMs,
        ReadyMs = Record.ReadyMs,
    };

    internal override long TimerDueMs(int slot) => slot switch
    {
        WrapUpSlot => DueOrNever(Record.WrapUpUntilMs),
        RecoverSlot => DueOrNever(Record.RecoverAtMs),
        _ => AgentRegistrations.NextExpiryMs(this),
    };

    internal override void TimerFired(string name, TurnContext turn)
    {
        if (name == Timers[WrapUpSlot])
        {
            AgentWork.EndWrapUp(this, turn);
        }
        else if (name == Timers[RecoverSlot])
        {
            AgentModes.Recover(this, turn);
        }
        else
        {
            AgentRegistrations.Expire(this, turn);
        }
    }

    internal override void Receive(GrainMessage message, TurnContext turn)
    {
        switch (message)
        {
            case RingAgent ring:
                AgentWork.Ring(this, ring, turn);
                break;
            case OfferOver over:
                AgentWork.EndOffer(this, over, turn);
                break;
            case OfferWon won:
                AgentWork.Win(this, won, turn);
                break;
            case ConversationOver over:
                AgentWork.EndConversation(this, over, turn);
                break;
            case PhonesExpired:
                AgentRegistrations.Expire(this, turn);
                break;
            default:
                throw NotUnderstood(message);
        }
    }

    internal override void Write(RecordWriter writer) => Record.Write(writer);

    internal override DomainEvent ChangedEvent() => IsRemoved ? new AgentRemoved(Id) : new AgentChanged(View());
}
