using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Routing.Grains.Domain;
using Routing.Grains.Queue;

namespace Routing.Grains.Call;

/// <summary>Offers to agents, from the call's side.</summary>
internal static class CallOffers
{
    /// <summary>Ended offers beyond this many are forgotten, oldest first; the count goes on.</summary>
    public const int MaxOffersKeptCount = 50;

    public static void Make(CallGrain call, MakeOffer make, TurnContext turn)
    {
        QueueConfiguration queue = turn.Plan.Queue(call.Record.Queue).Configuration;
        OfferRecord offer = new()
        {
            Agent = make.Agent,
            OfferedMs = turn.NowMs,
            RingUntilMs = turn.NowMs + queue.RingTimeoutMs + (call.IsGuest ? GuestCalls.AnswerGraceMs : 0),
            RingTimeoutMs = queue.RingTimeoutMs,
        };
        if (turn.FindAgent(make.Agent) is { } agent)
        {
            offer.BeyondReach.AddRange(AgentWork.BeyondReach(agent, turn));
        }

        Begin(call, offer, make.Why, turn);
        turn.Send(GrainKind.Of(make.Agent), RingOf(call, offer));
    }

    /// <summary>The call rings an agent, of this domain or lent; who it is is told by the caller.</summary>
    public static void Begin(CallGrain call, OfferRecord offer, WhyRecord why, TurnContext turn)
    {
        CallRecord record = call.Record;
        CallWaiting.AnswerFirst(call, turn);
        offer.Number = ++record.OfferCount;
        offer.Queue = record.Queue;
        offer.Why = WhyCodec.Write(why, turn.Scratch);
        Keep(record, offer);
        bool isFirst = record.State != CallState.Ringing;
        record.State = CallState.Ringing;
        record.Agent = isFirst ? offer.Agent : record.Agent;
        call.Note(turn, "offered", $"to {offer.Agent} ({why.Rule}, {why.Trigger})");
        turn.Touch(call);
        turn.Event(new OfferMade(call.OfferId(offer), offer.Agent, record.Queue, why));
        if (isFirst)
        {
            turn.FindQueue(record.Queue)?.Line.Remove(call.Place);
            call.Count(turn, QueueTally.RingStarted);
        }

        if (call.WantsOffer(turn.Plan.Queue(record.Queue).Configuration))
        {
            turn.Matching.StandInLine(call, call.Trigger);
        }
    }

    public static RingAgent RingOf(CallGrain call, OfferRecord offer) => new(
        call.OfferId(offer),
        call.Record.Gateway,
        offer.Queue,
        offer.RingTimeoutMs,
        offer.OfferedMs - call.Record.ArrivedMs,
        offer.BeyondReach);

    public static CommandReply Ringing(CallGrain call, OfferRinging command, TurnContext turn)
    {
        if (Find(call, command.Offer) is not { } offer)
        {
            return UnknownOrGone(call, command.Offer);
        }

        if (offer.IsPending)
        {
            if (command.Leg is { } leg)
            {
                CallRestoring.StoreLeg(call, leg, turn);
            }

            if (offer.RingingMs == 0)
            {
                offer.RingingMs = turn.NowMs;
                call.Note(turn, "ringing", $"phone of {offer.Agent}");
                turn.Touch(call, isView: false);
                if (offer.Loan is { } loan)
                {
                    CallLoans.Rings(call, loan, turn);
                }
            }

            CallWaiting.Ring(call, turn);
            return CommandReply.Ok;
        }

        // A 180 that was overtaken by the 200 says nothing new.
        return offer.Result == OfferResult.Answered ? CommandReply.Ok : Gone(command.Offer);
    }

    /// <summary>The one winner. Whoever is pending wins, however late: an agent who picked up is never told that it was for nothing.</summary>
    public static CommandReply Answered(CallGrain call, OfferAnswered command, TurnContext turn)
    {
        if (Find(call, command.Offer) is not { } offer)
        {
            return UnknownOrGone(call, command.Offer);
        }

        if (!offer.IsPending)
        {
            return offer.Result == OfferResult.Answered ? CommandReply.Ok : Gone(command.Offer);
        }

        if (offer.Loan is { } loan && turn.NowMs > loan.UntilMs)
        {
            // The lender may have given up waiting for word, and the agent be given to somebody else: the one who picked up too late is told so.
            CallLoans.GiveBack(call, offer, loan, "too-late", turn);
            return Gone(command.Offer);
        }

        CallRestoring.StoreLeg(call, command.Leg, turn);
        Win(call, offer, turn);
        return CommandReply.Ok;
    }

    /// <summary>The agent has the caller.</summary>
    public static void Win(CallGrain call, OfferRecord offer, TurnContext turn)
    {
        CallRecord record = call.Record;
        turn.Matching.LeaveLine(call);
        End(call, offer, OfferResult.Answered, 200, turn);
        foreach (OfferRecord other in record.Offers.Where(other => other.IsPending).ToArray())
        {
            End(call, other, OfferResult.Withdrawn, 0, turn);
            call.Emit(turn, new WithdrawOffer(call.Id, call.OfferId(other), WithdrawCause.AnsweredElsewhere));
            call.TellAgent(turn, other, new OfferOver(call.OfferId(other), OfferResult.Withdrawn, null));
        }

        long waitedMs = turn.NowMs - record.EnqueuedMs;
        record.State = CallState.Talking;
        record.Agent = offer.Agent;
        record.AnsweredMs = turn.NowMs;
        record.CallerAnswered = true;
        record.CoolOffs.Clear();
        call.Note(turn, "answered", $"by {offer.Agent}");
        CallWaiting.EndVisit(call, VisitResult.Served, turn);
        turn.Touch(call);
        call.Count(turn, QueueTally.RingEnded);
        call.Count(turn, new QueueTally(QueueStep.Answered, waitedMs));
        call.Count(turn, DomainTally.Answered);
        call.TellAgent(turn, offer, new OfferWon(call.OfferId(offer)));
        call.Emit(turn, new ConnectCall(call.Id, call.OfferId(offer)));
    }

    public static CommandReply Failed(CallGrain call, OfferFailed command, TurnContext turn)
    {
        if (Find(call, command.Offer) is not { } offer)
        {
            return command.Offer.Number <= call.Record.OfferCount && command.Offer.Number > 0 ? CommandReply.Ok : Unknown(command.Offer);
        }

        if (offer.IsPending)
        {
            Fail(call, offer, command.Failure, command.SipStatus, command.Reason, turn);
        }

        return CommandReply.Ok;
    }

    public static void RingTimeout(CallGrain call, TurnContext turn)
    {
        foreach (OfferRecord offer in call.Record.Offers.Where(offer => offer.IsPending && offer.RingUntilMs <= turn.NowMs).ToArray())
        {
            if (call.IsGuest)
            {
                GuestCalls.GiveUp(call, offer, turn);
            }
            else if (offer.Loan is { } loan && offer.RingUntilMs >= loan.UntilMs)
            {
                CallLoans.GiveBack(call, offer, loan, "too-late", turn);
            }
            else
            {
                call.Emit(turn, new WithdrawOffer(call.Id, call.OfferId(offer), WithdrawCause.NoAnswer));
                Fail(call, offer, IsBeyondReach(offer, turn) ? OfferFailure.Unreachable : OfferFailure.NoAnswer, 0, null, turn);
            }
        }
    }

    /// <summary>
    /// Every phone of the agent needs a gateway that was given up (a connection, an address behind NAT, a way that only it knows), and nothing was heard of the phone since: it may never have rung, and whoever sits there has missed nothing.
    /// </summary>
    private static bool IsBeyondReach(OfferRecord offer, TurnContext turn)
    {
        if (offer.Loan is not null || turn.FindAgent(offer.Agent) is not { } agent)
        {
            return false;
        }

        IReadOnlyList<PhoneBinding> phones = AgentRegistrations.Live(agent, turn.NowMs);
        return phones.Count > 0
            && phones.All(phone => (phone.Flow ?? phone.Edge) is not null && turn.LapsedMs(phone.Gateway) is > 0 and var lapsedMs && offer.RingingMs < lapsedMs);
    }

    /// <summary>The agent went away while it rang. Not a failed offer: no cool-off, no policy.</summary>
    public static void WithdrawnByAgent(CallGrain call, OfferId id, TurnContext turn)
    {
        if (Find(call, id) is not { IsPending: true } offer)
        {
            return;
        }

        if (call.IsGuest)
        {
            GuestCalls.Recall(call, offer, turn);
        }
        else
        {
            End(call, offer, OfferResult.Withdrawn, 0, turn);
            call.Emit(turn, new WithdrawOffer(call.Id, id, WithdrawCause.AgentUnavailable));
            GoOn(call, turn);
        }
    }

    /// <summary>Home needs the lent agent no more, or was asked to give them back.</summary>
    public static void Returned(CallGrain guest, OfferRecord offer, string reason, TurnContext turn)
    {
        End(guest, offer, OfferResult.Withdrawn, 0, turn, reason);
        turn.Send(GrainKind.Of(offer.Agent), new OfferOver(guest.OfferId(offer), OfferResult.Withdrawn, null));
        GoOn(guest, turn);
    }

    /// <summary>The caller left, or is not heard of: every phone stops ringing.</summary>
    public static void WithdrawAll(CallGrain call, OfferResult result, WithdrawCause cause, TurnContext turn)
    {
        foreach (OfferRecord offer in call.Record.Offers.Where(offer => offer.IsPending).ToArray())
        {
            End(call, offer, result, 0, turn);
            call.Emit(turn, new WithdrawOffer(call.Id, call.OfferId(offer), cause));
            call.TellAgent(turn, offer, new OfferOver(call.OfferId(offer), result, result == OfferResult.CallerLeft ? turn.Plan.Queue(offer.Queue).Configuration.OnCallerLeft : null));
        }
    }

    public static void EndCoolOffs(CallGrain call, TurnContext turn)
    {
        call.Record.CoolOffs.RemoveAll(coolOff => coolOff.UntilMs <= turn.NowMs);
        turn.Touch(call, isView: false);
        turn.Matching.Recheck(call, "cool-off-ended");
    }

    public static int PendingCount(CallGrain call)
    {
        int count = 0;
        foreach (OfferRecord offer in call.Record.Offers)
        {
            count += offer.IsPending ? 1 : 0;
        }

        return count;
    }

    public static long NextRingTimeoutMs(CallGrain call)
    {
        long nextMs = long.MaxValue;
        foreach (OfferRecord offer in call.Record.Offers)
        {
            nextMs = offer.IsPending ? Math.Min(nextMs, offer.RingUntilMs) : nextMs;
        }

        return nextMs;
    }

    public static long NextCoolOffMs(CallGrain call)
    {
        long nextMs = long.MaxValue;
        if (call.IsWaiting)
        {
            foreach (CoolOffRecord coolOff in call.Record.CoolOffs)
            {
                nextMs = Math.Min(nextMs, coolOff.UntilMs);
            }
        }

        return nextMs;
    }

    public static void Fail(CallGrain call, OfferRecord offer, OfferFailure failure, int sipStatus, string? reason, TurnContext turn)
    {
        QueueConfiguration queue = turn.Plan.Queue(offer.Queue).Configuration;
        (OfferResult result, OfferFailurePolicy policy) = failure switch
        {
            OfferFailure.Declined => (OfferResult.Declined, queue.OnDecline),
            OfferFailure.NoAnswer => (OfferResult.NoAnswer, queue.OnNoAnswer),
            _ => (OfferResult.Unreachable, queue.OnUnreachable),
        };
        End(call, offer, result, sipStatus, turn, reason);
        CallHolds.OfferFailed(call, offer.Agent, turn);
        CoolOff(call.Record, offer, offer.Loan is { } loan ? loan.CoolOffMs : queue.CoolOffMs, turn.NowMs);
        call.TellAgent(turn, offer, new OfferOver(call.OfferId(offer), result, policy));
        GoOn(call, turn);
    }

    /// <summary>The last one counts: a lender who was configured anew meanwhile may lend an agent again before the former one is over.</summary>
    private static void CoolOff(CallRecord record, OfferRecord offer, int coolOffMs, long nowMs)
    {
        DomainId? lender = offer.Loan?.Lender;
        record.CoolOffs.RemoveAll(coolOff => coolOff.Agent == offer.Agent && coolOff.Lender == lender);
        if (coolOffMs > 0)
        {
            record.CoolOffs.Add(new CoolOffRecord { Agent = offer.Agent, UntilMs = nowMs + coolOffMs, Lender = lender });
        }
    }

    /// <summary>An offer ended without an answer: the others ring on, and another agent may be rung in its place.</summary>
    private static void GoOn(CallGrain call, TurnContext turn)
    {
        CallHolds.Check(call, turn);
        if (call.Record.Offers.Find(offer => offer.IsPending) is not { } ringing)
        {
            turn.Matching.LeaveLine(call);
            call.Count(turn, QueueTally.RingEnded);
            CallWaiting.Return(call, "offer-failed", turn);
            return;
        }

        call.Record.Agent = ringing.Agent;
        turn.Matching.LeaveLine(call);
        if (call.WantsOffer(turn.Plan.Queue(call.Record.Queue).Configuration))
        {
            turn.Matching.StandInLine(call, "offer-failed");
        }
    }

    public static void End(CallGrain call, OfferRecord offer, OfferResult result, int sipStatus, TurnContext turn, string? reason = null)
    {
        offer.Result = result;
        offer.SipStatus = sipStatus;
        offer.EndedMs = turn.NowMs;
        turn.Touch(call);
        if (result != OfferResult.Answered)
        {
            string status = sipStatus == 0 ? string.Empty : $", {sipStatus}";
            call.Note(turn, "offer-ended", $"{offer.Agent}: {result}{status}{(reason is null ? string.Empty : $", {reason}")}");
        }

        turn.Event(new OfferEnded(call.OfferId(offer), offer.Agent, offer.Queue, result, sipStatus));
    }

    private static void Keep(CallRecord record, OfferRecord offer)
    {
        if (record.Offers.Count >= MaxOffersKeptCount && record.Offers.FindIndex(kept => !kept.IsPending) is >= 0 and int oldest)
        {
            record.Offers.RemoveAt(oldest);
        }

        record.Offers.Add(offer);
    }

    private static OfferRecord? Find(CallGrain call, OfferId offer) => call.FindOffer(offer.Number);

    private static CommandReply UnknownOrGone(CallGrain call, OfferId offer) =>
        offer.Number > 0 && offer.Number <= call.Record.OfferCount ? Gone(offer) : Unknown(offer);

    private static CommandReply Gone(OfferId offer) => new(ReplyCode.Gone, $"Offer {offer} is over.");

    private static CommandReply Unknown(OfferId offer) => new(ReplyCode.NotFound, $"There is no offer {offer}.");
}
