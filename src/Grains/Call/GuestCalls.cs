using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Routing.Grains.Configuration;
using Routing.Grains.Domain;
using Routing.Grains.Queue;

namespace Routing.Grains.Call;

/// <summary>
/// Calls of other domains that ask for an agent here. A guest is a call without a caller: it stands in line, by priority and arrival as all do, and its offers reserve an agent as all do;
/// but who rings the agent, and what comes of it, is its home domain's to say. Until that has been heard the agent stays reserved, even one who went away meanwhile: home may have
/// connected them already.
/// </summary>
internal static class GuestCalls
{
    /// <summary>Guests that may wait here; more are refused.</summary>
    public const int MaxWaitingCount = 10_000;

    /// <summary>How much longer than the ring time-out word of a lent agent is waited for.</summary>
    public const int AnswerGraceMs = 30_000;

    /// <summary>A guest's arrival is believed to lie so far back at most.</summary>
    public const long MaxHeadStartMs = 4L * 60 * 60 * 1000;

    private const int MaxPriority = 1000;

    private static readonly OfferFailurePolicy HomeSilent = new(AgentAfterFailure.NotReady, RefusalReason.HomeSilent, 0);

    /// <summary>What the guest is called here; null when that would be no name.</summary>
    public static CallId? NameOf(DomainId home, CallId call, int attempt) =>
        $"{home}:{call}:{attempt}" is var name && Identifier.IsValid(name) ? CallId.Of(name) : null;

    public static void Enter(CallGrain call, DomainId home, SeekAgent seek, TurnContext turn)
    {
        QueuePlan queue = turn.Plan.Queue(seek.Queue);
        CallRecord record = call.Record;
        record.Home = home;
        record.HomeCall = seek.Call;
        record.HomeAttempt = seek.Attempt;
        record.Gateway = PeerAddress.Of(home);
        record.Dnis = seek.Dnis;
        record.Ani = seek.Ani;
        record.DisplayName = seek.DisplayName;
        record.State = CallState.Waiting;
        record.Queue = seek.Queue;
        record.BroughtPriority = record.Priority = Math.Clamp(seek.Priority, -MaxPriority, MaxPriority);
        record.ArrivedMs = Math.Clamp(seek.ArrivedMs, turn.NowMs - MaxHeadStartMs, turn.NowMs);
        record.OrderMs = record.ArrivedMs;
        record.EnqueuedMs = turn.NowMs;
        CallRings.Begin(call, queue);
        record.Visits.Add(new VisitRecord { Queue = seek.Queue, EnteredMs = turn.NowMs });
        call.Note(turn, "guest", $"call {seek.Call} of domain {home} asks queue {seek.Queue} for an agent, priority {record.Priority}");
        TakeCoolOffs(call, seek, turn);
        turn.Touch(call);
        call.Count(turn, DomainTally.Arrived);
        call.Count(turn, QueueTally.Entered);
        if (!CallOverflow.LeaveClosed(call, turn))
        {
            turn.Matching.StandInLine(call, "guest-arrived");
        }
    }

    /// <summary>The agent is reserved: home may ring.</summary>
    public static void Lend(CallGrain call, AgentGrain agent, OfferRecord offer, TurnContext turn) => Say(call, turn, new LendAgent(call.Record.HomeCall, call.Record.HomeAttempt)
    {
        Loan = offer.Number,
        Agent = agent.Id,
        Name = agent.Configuration?.Name ?? agent.Id.Value,
        SipUser = agent.Configuration?.SipUser ?? agent.Id.Value,
        Targets = AgentWork.Reachable(agent, turn),
        RingTimeoutMs = offer.RingTimeoutMs,
        CoolOffMs = turn.Plan.Queue(offer.Queue).Configuration.CoolOffMs,
        UntilMs = offer.RingUntilMs,
    });

    /// <summary>The agent went away while lent. Home is asked to give them back; what it says then counts.</summary>
    public static void Recall(CallGrain call, OfferRecord offer, TurnContext turn)
    {
        if (offer.RecalledMs == 0)
        {
            offer.RecalledMs = turn.NowMs;
            call.Note(turn, "recalled", $"{offer.Agent} is not there any more");
            turn.Touch(call, isView: false);
            Say(call, turn, new RecallAgent(call.Record.HomeCall, call.Record.HomeAttempt, offer.Number));
        }
    }

    /// <summary>
    /// Nothing was heard of a lent agent. Nobody knows whether home rang or connected them, so they are not given another call before they say that they are free.
    /// </summary>
    public static void GiveUp(CallGrain call, OfferRecord offer, TurnContext turn)
    {
        CallOffers.End(call, offer, OfferResult.Withdrawn, 0, turn, RefusalReason.HomeSilent);
        turn.Send(GrainKind.Of(offer.Agent), new OfferOver(call.OfferId(offer), OfferResult.Withdrawn, HomeSilent));
        Refuse(call, RefusalReason.HomeSilent, turn);
    }

    /// <summary>
    /// Whoever sets the state of an agent who talks to a caller of a domain that is not heard of any more ends that here: nobody else would. Home does not connect them again, and what it says later changes nothing.
    /// </summary>
    public static void FreeByHand(CallGrain? call, TurnContext turn)
    {
        if (call is { Record: { State: CallState.Talking, Home: { } home } } && PeerSilence.IsAway(home, turn))
        {
            CallEnding.EndTalking(call, CallEnding.AnsweredOffer(call), CallOutcome.Answered, null, $"{RefusalReason.HomeSilent}, ended by hand", turn);
        }
    }

    /// <summary>Nobody is lent any more.</summary>
    public static void Refuse(CallGrain call, string reason, TurnContext turn)
    {
        Say(call, turn, new SeekRefused(call.Record.HomeCall, call.Record.HomeAttempt, reason));
        call.Record.EndReason = reason;
        CallEnding.EndWaiting(call, CallOutcome.Returned, reason, turn);
    }

    /// <summary>What home says of the attempt.</summary>
    public static void Hear(CallGrain call, PeerMessage message, TurnContext turn)
    {
        switch (message)
        {
            case StopSeeking stop:
                if (call.IsWaiting)
                {
                    Free(call, stop.Reason, turn);
                    CallEnding.EndWaiting(call, CallOutcome.Returned, $"home: {stop.Reason}", turn);
                }

                break;
            case LoanRinging { Loan: var number } when Pending(call, number) is { RingingMs: 0 } ringing:
                ringing.RingingMs = turn.NowMs;
                call.Note(turn, "ringing", $"phone of {ringing.Agent}");
                turn.Touch(call, isView: false);
                break;
            case LoanAnswered { Loan: var number } when Pending(call, number) is { } answered:
                CallOffers.Win(call, answered, turn);
                break;
            case LoanFailed failed when Pending(call, failed.Loan) is { } offer:
                CallOffers.Fail(call, offer, failed.Failure, failed.SipStatus, failed.Reason, turn);
                break;
            case LoanReturned returned when Pending(call, returned.Loan) is { } offer:
                CallOffers.Returned(call, offer, returned.Reason, turn);
                break;
            case LoanEnded ended when call.Record.State == CallState.Talking && CallEnding.AnsweredOffer(call) is var offer && offer.Number == ended.Loan:
                OfferFailurePolicy? fault = ended.Result == LoanResult.AgentFault ? turn.Plan.Queue(offer.Queue).Configuration.OnUnreachable : null;
                CallOutcome outcome = ended.Result == LoanResult.Served ? CallOutcome.Answered : CallOutcome.Failed;
                CallEnding.EndTalking(call, offer, outcome, fault, $"home: {ended.Reason}", turn);
                break;
            default:
                // Too late: the offer it speaks of is over.
                break;
        }
    }

    /// <summary>The agent is needed no more, which is nobody's doing; unless the caller hung up on one whose phone rang (<see cref="QueueConfiguration.OnCallerLeft"/>).</summary>
    private static void Free(CallGrain call, string reason, TurnContext turn)
    {
        foreach (OfferRecord offer in call.Record.Offers.Where(offer => offer.IsPending && (reason != StopReason.CallerLeft || offer.RingingMs == 0)).ToArray())
        {
            CallOffers.End(call, offer, OfferResult.Withdrawn, 0, turn, reason);
            turn.Send(GrainKind.Of(offer.Agent), new OfferOver(call.OfferId(offer), OfferResult.Withdrawn, null));
        }
    }

    /// <summary>Whom the call rang in an earlier attempt is not rung for it again before their time, as if the guest of that attempt went on.</summary>
    private static void TakeCoolOffs(CallGrain call, SeekAgent seek, TurnContext turn)
    {
        foreach (AgentCoolOff coolOff in seek.CoolOffs.Take(SeekAgent.MaxCoolOffsCount).Where(static coolOff => coolOff.LeftMs > 0))
        {
            call.Record.CoolOffs.Add(new CoolOffRecord { Agent = coolOff.Agent, UntilMs = turn.NowMs + coolOff.LeftMs });
        }

        if (call.Record.CoolOffs.Count > 0)
        {
            call.Note(turn, "passes-over", $"{string.Join(", ", call.Record.CoolOffs.Select(static coolOff => coolOff.Agent))}: rung for this call in an earlier attempt");
        }
    }

    private static OfferRecord? Pending(CallGrain call, int number) => call.FindOffer(number) is { IsPending: true } offer ? offer : null;

    private static void Say(CallGrain call, TurnContext turn, PeerMessage message)
    {
        if (call.Record.Home is { } home)
        {
            turn.Tell(home, message);
        }
    }
}
