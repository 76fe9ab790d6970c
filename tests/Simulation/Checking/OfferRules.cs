using Routing.Contracts.Commands;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>Offers begin and end in pairs, each end has the cause that its result says, and the answer that came first wins.</summary>
internal static class OfferRules
{
    public static void Check(Mirror mirror, CommittedTurn turn, TurnFacts facts)
    {
        foreach (OfferEnded ended in facts.EndedOffers)
        {
            if (!mirror.Offers.TryGetValue(ended.Offer, out OfferModel? offer))
            {
                throw new CheckFailure("offer-ended-twice", $"{ended.Offer} ended ({ended.Result}) and was not pending");
            }

            if (offer.Agent != ended.Agent || offer.Queue != ended.Queue)
            {
                throw new CheckFailure("offer-identity", $"{ended.Offer} was made to {offer.Agent} in {offer.Queue}, ended as {ended.Agent} in {ended.Queue}");
            }

            if (!HasCause(mirror, turn, offer, ended))
            {
                throw new CheckFailure("offer-end-cause", $"{ended.Offer} ended as {ended.Result} at {turn.NowMs}, due {offer.DueMs}, by {turn.Input.Command}");
            }
        }

        foreach (OfferMade made in facts.Made)
        {
            CheckMade(mirror, turn, made);
        }

        if (turn.Input.Command is OfferAnswered answered)
        {
            CheckAnswer(mirror, turn, facts, answered.Offer);
        }
    }

    private static bool HasCause(Mirror mirror, CommittedTurn turn, OfferModel offer, OfferEnded ended)
    {
        Command command = turn.Input.Command;
        return ended.Result switch
        {
            OfferResult.Answered => (command is OfferAnswered answered && answered.Offer == ended.Offer) || command is PeerSaid { Message: LoanAnswered },
            OfferResult.CallerLeft => (command is CallerLeft left && left.Call == ended.Offer.Call) || command is PeerSaid { Message: StopSeeking },
            OfferResult.NoAnswer => Failed(command, ended.Offer, OfferFailure.NoAnswer) || (command is TimerDue && offer.DueMs <= turn.NowMs),
            OfferResult.Declined => Failed(command, ended.Offer, OfferFailure.Declined),
            OfferResult.Unreachable => Failed(command, ended.Offer, OfferFailure.Unreachable) || command is RegisterPhone or TimerDue,
            OfferResult.Withdrawn => command is SetAgentState or TimerDue or RegisterPhone or ApplyConfiguration or RollbackConfiguration or OfferAnswered or CallerLeft or PeerSaid
                || (command is CallArrived arrived && SuccessionRules.Former(mirror, arrived)?.Id == ended.Offer.Call),
            _ => false,
        };
    }

    private static bool Failed(Command command, OfferId offer, OfferFailure failure) =>
        (command is OfferFailed failed && failed.Offer == offer && failed.Failure == failure) || (command is PeerSaid { Message: LoanFailed lent } && lent.Failure == failure);

    private static void CheckMade(Mirror mirror, CommittedTurn turn, OfferMade made)
    {
        if (!mirror.Calls.TryGetValue(made.Offer.Call, out CallModel? call))
        {
            throw new CheckFailure("offer-of-ended-call", $"{made.Offer} is of a call that ended or never came");
        }

        if (made.Offer.Number <= call.OffersMade)
        {
            throw new CheckFailure("offer-number", $"{made.Offer} after {call.OffersMade} offers");
        }

        if (!LendingRules.IsLent(made.Agent) && call.IsCooling(made.Agent, turn.NowMs))
        {
            throw new CheckFailure("cool-off", $"{made.Offer} went to {made.Agent} again, cooling off until {call.CoolOffUntilMs[made.Agent]}, now {turn.NowMs}");
        }
    }

    private static void CheckAnswer(Mirror mirror, CommittedTurn turn, TurnFacts facts, OfferId offer)
    {
        bool pending = mirror.Offers.ContainsKey(offer);
        bool won = facts.EndOf(offer)?.Result == OfferResult.Answered;
        bool isTooLate = pending && mirror.Offers[offer].NotAfterMs < turn.NowMs;
        if ((pending && !isTooLate) != won)
        {
            throw new CheckFailure("answer-wins", $"{offer} was {(pending ? "pending" : "over")} when it was answered, and {(won ? "won" : "did not win")}");
        }

        bool stands = mirror.Calls.TryGetValue(offer.Call, out CallModel? call) && call.Connected == offer;
        ReplyCode reply = turn.Result.Reply.Code;
        if ((won || stands) ? reply != ReplyCode.Ok : reply is ReplyCode.Ok && !WasConnected(mirror, offer))
        {
            throw new CheckFailure("answer-reply", $"{offer} answered: pending {pending}, connected {stands}, and the reply was {reply}");
        }
    }

    /// <summary>A repeat of the answer that won, after its conversation ended, may be told so.</summary>
    private static bool WasConnected(Mirror mirror, OfferId offer) =>
        mirror.Ended.TryGetValue(offer.Call, out CallOutcome outcome) && outcome == CallOutcome.Answered;
}
