using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Contracts.Views;
using Routing.Grains.Call;

namespace Routing.Grains.Domain;

/// <summary>
/// Two domains compare what they believe of each other. Messages can be lost for good: an outbox that overflowed gave its oldest up, a turn threw and was put aside. Whoever holds something for the
/// other one, a call that waits for an agent or an agent who talks, asks after it every <see cref="EveryMs"/>, and the one whose word counts answers from what it has. Asking changes nothing.
/// </summary>
internal static class PeerChecks
{
    public const long EveryMs = 60_000;

    /// <summary>Lender: the guest waits or talks. One that rings has a time of its own.</summary>
    public static void Ask(CallGrain guest, TurnContext turn)
    {
        CallRecord record = guest.Record;
        record.CheckedMs = turn.NowMs;
        turn.Touch(guest, isView: false);
        if (record is { State: CallState.Waiting or CallState.Talking, Home: { } home } && PeerSilence.MayAsk(home, turn))
        {
            turn.Tell(home, new CheckGuest(record.HomeCall, record.HomeAttempt, record.State == CallState.Talking ? CallEnding.AnsweredOffer(guest).Number : 0));
        }
    }

    /// <summary>Home: whether the attempt counts, or the conversation with the lent agent is on.</summary>
    public static void Answer(DomainId lender, CheckGuest check, TurnContext turn)
    {
        CallGrain? call = turn.FindCall(check.Call) is { IsGuest: false } found ? found : null;
        bool talks = call is { Record.State: CallState.Talking } && CallEnding.AnsweredOffer(call).Loan is { } loan && loan.Lender == lender && loan.Attempt == check.Attempt && loan.Number == check.Loan;
        turn.Tell(lender, talks || (check.Loan == 0 && call is not null && CallSeeking.Find(call, lender, check.Attempt) is not null) ? new SeekStands(check.Call, check.Attempt)
            : check.Loan == 0 ? new StopSeeking(check.Call, check.Attempt, StopReason.NotSought)
            : new LoanEnded(check.Call, check.Attempt, check.Loan, LoanResult.Served, "over before"));
    }

    /// <summary>Lender: whether the attempt has a guest.</summary>
    public static void Answer(DomainId home, CheckSeek check, CallGrain? guest, TurnContext turn) =>
        turn.Tell(home, guest is null ? new SeekRefused(check.Call, check.Attempt, RefusalReason.Forgotten) : new SeekStands(check.Call, check.Attempt));
}
