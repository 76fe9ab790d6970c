using System.Runtime.CompilerServices;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>design.md §6, 6: the counters of the domain and of each queue add up at every moment, and are what the checker counted itself.</summary>
internal static class CounterRules
{
    public static void Check(Mirror mirror)
    {
        int waiting = 0;
        int talking = 0;
        int announcing = 0;
        int guestsWaiting = 0;
        int guestsTalking = 0;
        Dictionary<QueueId, (int Waiting, int Ringing, int Talking)> counts = [];
        foreach (CallModel call in mirror.Calls.Values)
        {
            CallState state = call.Seen.State;
            if (call.Home is not null)
            {
                guestsWaiting += state is CallState.Waiting or CallState.Ringing ? 1 : 0;
                guestsTalking += state == CallState.Talking ? 1 : 0;
                continue;
            }

            bool talks = state == CallState.Talking;
            talking += talks ? 1 : 0;
            announcing += state == CallState.Announcing ? 1 : 0;
            waiting += state is CallState.Waiting or CallState.Ringing ? 1 : 0;
            (int Waiting, int Ringing, int Talking) count = counts.GetValueOrDefault(call.Queue);
            count.Waiting += state is CallState.Waiting or CallState.Ringing ? 1 : 0;
            count.Ringing += state == CallState.Ringing ? 1 : 0;
            count.Talking += talks ? 1 : 0;
            counts[call.Queue] = count;
        }

        foreach ((QueueId id, QueueTally tally) in mirror.Queues)
        {
            if (tally.View is { } view)
            {
                CheckQueue(counts.GetValueOrDefault(id), tally, view);
            }
        }

        if (mirror.Domain is not { } domain)
        {
            Require(mirror.Offered == 0, "no event told the domain's counters");
            return;
        }

        Require(domain.Waiting == waiting && domain.Talking == talking && domain.Announcing == announcing, $"{domain}, counted waiting {waiting}, talking {talking}, announcing {announcing}");
        (long returned, long talked) = (mirror.GuestsEnded.GetValueOrDefault(true), mirror.GuestsEnded.GetValueOrDefault(false));
        Require(
            domain.GuestsWaiting == guestsWaiting && domain.GuestsTalking == guestsTalking && domain.GuestsReturned == returned && domain.GuestsAnswered == talked
                && domain.GuestsOffered == returned + talked + guestsWaiting + guestsTalking,
            $"{domain}, counted guests {guestsWaiting} {guestsTalking} {returned} {talked}");
        Require(domain.Offered == mirror.Offered, $"{domain}, counted offered {mirror.Offered}");
        Require(
            domain.Answered == Count(mirror, CallOutcome.Answered) && domain.Abandoned == Count(mirror, CallOutcome.Abandoned)
                && domain.OverflowedOut == Count(mirror, CallOutcome.OverflowedOut) && domain.Rejected == Count(mirror, CallOutcome.Rejected)
                && domain.Failed == Count(mirror, CallOutcome.Failed) && domain.Announced == Count(mirror, CallOutcome.Announced),
            $"{domain}, counted {string.Join(", ", mirror.Outcomes)}");
        Require(
            domain.Offered == domain.Answered + domain.Abandoned + domain.OverflowedOut + domain.Rejected + domain.Failed + domain.Announced + domain.Waiting + domain.Talking + domain.Announcing,
            $"{domain} does not add up");
    }

    private static long Count(Mirror mirror, CallOutcome outcome) => mirror.Outcomes.GetValueOrDefault(outcome);

    private static void CheckQueue((int Waiting, int Ringing, int Talking) count, QueueTally tally, QueueView view)
    {
        Require(
            view.Waiting == count.Waiting && view.Ringing == count.Ringing && view.Talking == count.Talking,
            $"{view}, counted waiting {count.Waiting}, ringing {count.Ringing}, talking {count.Talking}");
        Require(
            view.Offered == tally.Offered && view.Answered == tally.Answered && view.Abandoned == tally.Abandoned && view.Overflowed == tally.Overflowed
                && view.Rejected == tally.Rejected && view.Failed == tally.Failed && view.Announced == tally.Announced && view.AnsweredAll == tally.AnsweredAll,
            $"{view}, counted {tally.Offered} {tally.Answered} {tally.Abandoned} {tally.Overflowed} {tally.Rejected} {tally.Failed} {tally.Announced} {tally.AnsweredAll}");
        Require(
            view.Offered == view.Answered + view.Abandoned + view.Overflowed + view.Rejected + view.Failed + view.Announced + view.Waiting + view.Talking,
            $"{view} does not add up");
        Require(
            view.GuestsOffered == view.GuestsAnswered + view.GuestsReturned + view.GuestsWaiting + view.GuestsTalking,
            $"{view}: its guests do not add up");
        Require(view.AnsweredWithinServiceLevel <= view.AnsweredAll, $"{view}: more within the service level than in all");
    }

    private static void Require(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] FailureMessage message)
    {
        if (!holds)
        {
            throw new CheckFailure("counters", message.Take());
        }
    }
}
