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
        foreach (CallModel call in mirror.Calls.Values)
        {
            bool talks = call.Seen.State == CallState.Talking;
            talking += talks ? 1 : 0;
            waiting += talks ? 0 : 1;
        }

        foreach ((QueueId id, QueueTally tally) in mirror.Queues)
        {
            if (tally.View is { } view)
            {
                CheckQueue(mirror, id, tally, view);
            }
        }

        if (mirror.Domain is not { } domain)
        {
            Require(mirror.Offered == 0, "no event told the domain's counters");
            return;
        }

        Require(domain.Waiting == waiting && domain.Talking == talking, $"{domain}, counted waiting {waiting}, talking {talking}");
        Require(domain.Offered == mirror.Offered, $"{domain}, counted offered {mirror.Offered}");
        Require(
            domain.Answered == Count(mirror, CallOutcome.Answered) && domain.Abandoned == Count(mirror, CallOutcome.Abandoned)
                && domain.OverflowedOut == Count(mirror, CallOutcome.OverflowedOut) && domain.Rejected == Count(mirror, CallOutcome.Rejected)
                && domain.Failed == Count(mirror, CallOutcome.Failed),
            $"{domain}, counted {string.Join(", ", mirror.Outcomes)}");
        Require(
            domain.Offered == domain.Answered + domain.Abandoned + domain.OverflowedOut + domain.Rejected + domain.Failed + domain.Waiting + domain.Talking,
            $"{domain} does not add up");
    }

    private static long Count(Mirror mirror, CallOutcome outcome) => mirror.Outcomes.GetValueOrDefault(outcome);

    private static void CheckQueue(Mirror mirror, QueueId id, QueueTally tally, QueueView view)
    {
        int waiting = 0;
        int ringing = 0;
        int talking = 0;
        foreach (CallModel call in mirror.Calls.Values)
        {
            if (call.Queue == id)
            {
                waiting += call.Seen.State is CallState.Waiting or CallState.Ringing ? 1 : 0;
                ringing += call.Seen.State == CallState.Ringing ? 1 : 0;
                talking += call.Seen.State == CallState.Talking ? 1 : 0;
            }
        }

        Require(
            view.Waiting == waiting && view.Ringing == ringing && view.Talking == talking,
            $"{view}, counted waiting {waiting}, ringing {ringing}, talking {talking}");
        Require(
            view.Offered == tally.Offered && view.Answered == tally.Answered && view.Abandoned == tally.Abandoned && view.Overflowed == tally.Overflowed
                && view.Rejected == tally.Rejected && view.Failed == tally.Failed && view.AnsweredAll == tally.AnsweredAll,
            $"{view}, counted {tally.Offered} {tally.Answered} {tally.Abandoned} {tally.Overflowed} {tally.Rejected} {tally.Failed} {tally.AnsweredAll}");
        Require(
            view.Offered == view.Answered + view.Abandoned + view.Overflowed + view.Rejected + view.Failed + view.Waiting + view.Talking,
            $"{view} does not add up");
        Require(view.AnsweredWithinServiceLevel <= view.AnsweredAll, $"{view}: more within the service level than in all");
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new CheckFailure("counters", message);
        }
    }
}
