using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;

namespace Routing.Grains.Configuration;

/// <summary>Finds the way of a call that comes: the first route of its number that fits, else what the number says.</summary>
internal static class EntryRouting
{
    /// <param name="number">The entry point.</param>
    /// <param name="arrived">The call.</param>
    /// <param name="plan">For its calendars.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <returns>Where, with which priority (null: the queue's), and why in words; null words when the number has no routes.</returns>
    public static (RouteTarget To, int? Priority, string? Why) Choose(NumberConfiguration number, CallArrived arrived, DomainPlan plan, long nowMs)
    {
        for (int i = 0; i < number.Routes.Count; i++)
        {
            EntryRoute route = number.Routes[i];
            if (Fits(route.When, arrived, plan, nowMs))
            {
                return (route.To, route.Priority ?? number.Priority, $"route {i + 1} of {number.Number}: {Describe(route.When, plan, nowMs)}");
            }
        }

        RouteTarget to = number.Queue is { } queue ? new RouteTarget(queue) : number.Otherwise ?? throw new InvalidOperationException($"Number {number.Number} leads nowhere.");
        return (to, number.Priority, number.Routes.Count == 0 ? null : $"no route of {number.Number} fits");
    }

    private static bool Fits(EntryCondition when, CallArrived arrived, DomainPlan plan, long nowMs)
    {
        if (when.Calendar is { } calendar && plan.Calendar(calendar).IsOpen(nowMs) != when.Open)
        {
            return false;
        }

        if (when.Header is not { } header)
        {
            return true;
        }

        foreach (SipHeaderValue brought in arrived.Headers)
        {
            if (string.Equals(brought.Name, header, StringComparison.OrdinalIgnoreCase))
            {
                return when.Value is null || string.Equals(brought.Value, when.Value, StringComparison.OrdinalIgnoreCase);
            }
        }

        return false;
    }

    private static string Describe(EntryCondition when, DomainPlan plan, long nowMs)
    {
        List<string> parts = [];
        if (when.Calendar is { } calendar)
        {
            parts.Add($"{plan.Calendar(calendar).Describe(nowMs)} {(when.Open ? "open" : "closed")}");
        }

        if (when.Header is { } header)
        {
            parts.Add(when.Value is null ? $"{header} is there" : $"{header} is {when.Value}");
        }

        return parts.Count == 0 ? "always" : string.Join(" and ", parts);
    }
}
