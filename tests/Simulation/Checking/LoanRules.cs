using System.Runtime.CompilerServices;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>Whatever becomes of a lent agent is told to the lender in the very turn that decides it: nobody is to find out by waiting.</summary>
internal static class LoanRules
{
    /// <summary>After the events were taken.</summary>
    public static void Check(Mirror mirror, CommittedTurn turn, TurnFacts facts)
    {
        if (turn.IsFreshMessage && turn.Input.Command is PeerSaid { Message: LendAgent lend } said)
        {
            Take(mirror, turn, facts, said.From, lend);
        }

        foreach (OfferEnded ended in facts.EndedOffers.Where(ended => LendingRules.IsLent(ended.Agent)))
        {
            Require(mirror.Lent.TryGetValue(ended.Offer, out (DomainId Lender, LendAgent Lend) loan), "loan-word", $"{ended} of an agent whom nobody lent");
            CheckWord(turn, ended, loan.Lender, loan.Lend);
            if (ended.Result != OfferResult.Answered)
            {
                mirror.Lent.Remove(ended.Offer);
            }
        }

        foreach (OfferId over in mirror.Lent.Keys.Where(offer => !mirror.Calls.ContainsKey(offer.Call)).ToArray())
        {
            (DomainId lender, LendAgent ended) = mirror.Lent[over];
            mirror.Lent.Remove(over);
            Require(Tells<LoanEnded>(turn, lender, word => IsOf(ended, word) && word.Loan == ended.Loan), "loan-word", $"{over} with {ended.Agent} of {lender} is over, and that was not told");
        }
    }

    private static void Take(Mirror mirror, CommittedTurn turn, TurnFacts facts, DomainId lender, LendAgent lend)
    {
        OfferMade? made = facts.Made.Find(made => made.Offer.Call == lend.Call && made.Agent.Value == $"{lend.Agent}@{lender}");
        if (made is not null)
        {
            mirror.Lent.Add(made.Offer, (lender, lend));
        }

        bool isGivenBack = Tells<LoanReturned>(turn, lender, word => IsOf(lend, word) && word.Loan == lend.Loan) || Tells<StopSeeking>(turn, lender, word => IsOf(lend, word));
        Require(made is not null != isGivenBack, "loan-word", $"{lend} of {lender} is {(made is null ? "not " : "")}rung and {(isGivenBack ? "" : "not ")}given back");
    }

    private static void CheckWord(CommittedTurn turn, OfferEnded ended, DomainId lender, LendAgent lend)
    {
        bool isTold = ended.Result switch
        {
            OfferResult.Answered => Tells<LoanAnswered>(turn, lender, word => IsOf(lend, word) && word.Loan == lend.Loan),
            OfferResult.Declined => TellsFailure(OfferFailure.Declined),
            OfferResult.NoAnswer => TellsFailure(OfferFailure.NoAnswer),
            OfferResult.Unreachable => TellsFailure(OfferFailure.Unreachable),
            _ => Tells<LoanReturned>(turn, lender, word => IsOf(lend, word) && word.Loan == lend.Loan) || Tells<StopSeeking>(turn, lender, word => IsOf(lend, word))
                || turn.Input.Command is PeerSaid { Message: SeekRefused refused } && IsOf(lend, refused),
        };
        Require(isTold, "loan-word", $"{ended}: {lender} is not told");

        bool TellsFailure(OfferFailure failure) => Tells<LoanFailed>(turn, lender, word => IsOf(lend, word) && word.Loan == lend.Loan && word.Failure == failure);
    }

    private static bool IsOf(LendAgent lend, PeerMessage word) => word.Call == lend.Call && word.Attempt == lend.Attempt;

    private static bool Tells<T>(CommittedTurn turn, DomainId lender, Func<T, bool> isIt)
        where T : PeerMessage
    {
        GatewayId to = PeerAddress.Of(lender);
        foreach (AddressedEffect effect in turn.Result.Effects)
        {
            if (effect.Gateway == to && effect.Effect is TellDomain { Message: T word } && isIt(word))
            {
                return true;
            }
        }

        return false;
    }

    private static void Require(bool holds, string rule, [InterpolatedStringHandlerArgument(nameof(holds))] FailureMessage message)
    {
        if (!holds)
        {
            throw new CheckFailure(rule, message.Take());
        }
    }
}
