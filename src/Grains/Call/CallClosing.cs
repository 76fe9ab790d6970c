using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Routing.Grains.Domain;

namespace Routing.Grains.Call;

/// <summary>
/// Calls between their end and the last message about it. The end is committed before anybody is told, so that a process may die in between; what is owed is
/// kept until the gateway reports that it is done (<see cref="CallsClosed"/>), however long the gateway was away.
/// </summary>
internal static class CallClosing
{
    /// <summary>For a gateway that never comes back. Whoever it left in a dialog has found out by then.</summary>
    public const long KeepMs = 3_600_000;

    /// <summary>Those are forgotten together, so that many calls are not as many turns.</summary>
    public const long StepMs = 1_000;

    /// <summary>
    /// How long after the end of an offer its phones are told once more: nobody rings longer than timer C (RFC 3261 §16.6) without being asked again.
    /// Real time, since a phone rings on while we are down.
    /// </summary>
    private const long StopMs = 180_000;

    public static long DueMs(long untilMs) => ((untilMs + StepMs - 1) / StepMs) * StepMs;

    public static void Begin(CallGrain call, TurnContext turn)
    {
        ClosingRecord record = new() { Gateway = call.Record.Gateway, UntilMs = turn.NowMs + KeepMs };
        if (call.CallerOwed is { } caller)
        {
            record.CallerStatus = caller.SipStatus;
            record.CallerReason = caller.Reason;
            record.RetryAfterSeconds = caller.RetryAfterSeconds;
            record.CallerContact = caller.Contact;
        }

        if (call.AgentOwed is { } agent)
        {
            record.AgentOffer = agent.Offer.Number;
            record.AgentReason = agent.Reason;
        }

        record.Legs.AddRange(call.Record.Legs);
        ClosingGrain closing = new(call.Id, record);
        turn.AddClosing(closing);
        turn.Touch(closing, isView: false);
    }

    /// <summary>The gateway never came back.</summary>
    public static void TimeOut(TurnContext turn)
    {
        foreach (ClosingGrain closing in turn.ListClosing((turn.NowMs / StepMs * StepMs) + 1, CallsClosed.LimitCalls))
        {
            Forget(closing, turn);
        }
    }

    public static void Forget(ClosingGrain closing, TurnContext turn)
    {
        foreach (LegId leg in closing.Record.Legs)
        {
            turn.DeleteRow(GrainKind.Of(closing.Id, leg));
        }

        turn.Remove(closing);
    }

    /// <summary>The gateway began again, and may not have said what the end of this call owes.</summary>
    public static void Restore(ClosingGrain closing, TurnContext turn)
    {
        if (turn.ColdRow(GrainKind.Ended(closing.Id)) is not { } row)
        {
            return;
        }

        CallGrain call = new(closing.Id, CallRecord.Read(row.Span));
        turn.Emit(closing.Record.Gateway, new RestoreCall(closing.Id)
        {
            State = CallState.Ended,
            CallerAnswered = call.Record.CallerAnswered,
            Offers = [.. call.Record.Offers.Where(static offer => offer.Result == OfferResult.Answered).Select(offer => Describe(call, offer, turn)).OfType<OfferCall>()],
            Legs = ReadLegs(closing.Id, closing.Record.Legs, turn),
            Media = turn.Plan.FindQueue(call.Record.Queue)?.Configuration.HoldMedia ?? string.Empty,
            Stopped = Stopped(call, turn),
            Owed = closing.Record.Owed(closing.Id),
        });
    }

    /// <summary>The domain was down: so may its gateway have been.</summary>
    public static void Resume(ClosingGrain closing, long downForMs, TurnContext turn)
    {
        closing.Record.UntilMs += downForMs;
        turn.Touch(closing, isView: false);
    }

    public static List<LegState> ReadLegs(CallId call, List<LegId> ids, TurnContext turn)
    {
        List<LegState> legs = [];
        foreach (LegId leg in ids)
        {
            if (turn.ColdRow(GrainKind.Of(call, leg)) is { } bytes)
            {
                legs.Add(LegCodec.Read(leg, bytes));
            }
        }

        return legs;
    }

    /// <summary>Offers that are over and whose phones may ring on. An agent's further phones ring until they are told that one answered, or said no to all.</summary>
    public static List<StoppedOffer> Stopped(CallGrain call, TurnContext turn)
    {
        List<StoppedOffer> stopped = [];
        foreach (OfferRecord offer in call.Record.Offers)
        {
            if (offer.IsPending || offer.EndedMs <= turn.NowMs - StopMs || Describe(call, offer, turn) is not { Targets.Count: > 0 } described)
            {
                continue;
            }

            bool allRang = offer.Result is OfferResult.NoAnswer or OfferResult.Withdrawn or OfferResult.CallerLeft;
            if (allRang || described.Targets.Count > 1)
            {
                stopped.Add(new StoppedOffer(described, CauseOf(offer.Result)));
            }
        }

        return stopped;
    }

    public static OfferCall? Describe(CallGrain call, OfferRecord offer, TurnContext turn) =>
        offer.Loan is { } loan ? CallLoans.Describe(call, offer, loan)
        : turn.FindAgent(offer.Agent) is { } agent ? AgentWork.Describe(agent, CallOffers.RingOf(call, offer), turn) : null;

    private static WithdrawCause CauseOf(OfferResult result) => result switch
    {
        OfferResult.CallerLeft => WithdrawCause.CallerLeft,
        OfferResult.NoAnswer => WithdrawCause.NoAnswer,
        OfferResult.Answered => WithdrawCause.AnsweredElsewhere,
        _ => WithdrawCause.CallMoved,
    };
}
