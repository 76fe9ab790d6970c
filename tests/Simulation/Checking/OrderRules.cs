using Routing.Contracts.Configuration;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>The orders of calls by their definitions in the contracts, each as a comparison of two calls by the clock of the moment.</summary>
internal static class OrderRules
{
    /// <summary>
    /// Whether one call is served before another that rings as many. What priority, ageing, slack and weight leave equal goes by the wait; in a queue then by the turn in which it arrived.
    /// </summary>
    public static bool ComesBefore(Mirror mirror, CallModel one, CallModel other, long nowMs)
    {
        CallView a = one.Seen;
        CallView b = other.Seen;
        if (a.Priority != b.Priority && mirror.Configuration!.AgeingMs == 0)
        {
            return a.Priority > b.Priority;
        }

        long urgencyA = Urgency(mirror, one, nowMs);
        long urgencyB = Urgency(mirror, other, nowMs);
        if (urgencyA != urgencyB)
        {
            return urgencyA > urgencyB;
        }

        int weightA = mirror.Queue(one.Queue)?.Weight ?? 0;
        int weightB = mirror.Queue(other.Queue)?.Weight ?? 0;
        if (weightA != weightB)
        {
            return weightA > weightB;
        }

        if (a.OrderMs != b.OrderMs)
        {
            return a.OrderMs < b.OrderMs;
        }

        return one.Queue == other.Queue && (a.OrderNumber != b.OrderNumber ? a.OrderNumber < b.OrderNumber : one.ArrivedSequence < other.ArrivedSequence);
    }

    public static string NameOf(DomainConfiguration configuration) =>
        (configuration.Order == CallOrder.Deadline ? "deadline" : "priority") + (configuration.AgeingMs > 0 ? "-with-ageing" : "");

    /// <summary>What the why-record gives as the measure of the call.</summary>
    public static long Value(Mirror mirror, CallModel call, long nowMs) =>
        mirror.Configuration!.Order == CallOrder.Deadline ? -Urgency(mirror, call, nowMs) : Urgency(mirror, call, nowMs);

    private static long Urgency(Mirror mirror, CallModel call, long nowMs)
    {
        DomainConfiguration configuration = mirror.Configuration!;
        long waitedMs = nowMs - call.Seen.OrderMs;
        long agedMs = waitedMs + ((long)call.Seen.Priority * configuration.AgeingMs);
        if (configuration.Order == CallOrder.Deadline)
        {
            return agedMs - (mirror.Queue(call.Queue)?.ServiceLevelMs ?? 0);
        }

        return configuration.AgeingMs == 0 ? 0 : agedMs;
    }
}
