using System.Globalization;
using Routing.Contracts.Explanations;
using Routing.Contracts.Views;

namespace Routing.Gateway.Api.Explaining;

/// <summary>Why an agent is idle, in plain words.</summary>
internal static class AgentExplanationText
{
    /// <summary>The verdict.</summary>
    public static string Of(AgentExplanation why) => why.Reason switch
    {
        "logged-out" => $"{why.Agent.Name} is logged out{Reason(why)}{Since(why)}{Cause(why)}.",
        "not-ready" => $"{why.Agent.Name} is not ready{Reason(why)}{Since(why)}{Cause(why)}.",
        "offered" when why.LentTo is { } to => $"{why.Agent.Name} is lent to domain {to}, which rings them for its call {why.LentFor}{Since(why)}.",
        "talking" when why.LentTo is { } to => $"{why.Agent.Name} is lent to domain {to} and talks on its call {why.LentFor}{Since(why)}.",
        "offered" => $"The phone of {why.Agent.Name} rings for call {why.Agent.Call}{Since(why)}.",
        "talking" => $"{why.Agent.Name} talks on call {why.Agent.Call}{Since(why)}.",
        "wrap-up" => $"{why.Agent.Name} is in wrap-up{Since(why)}.",
        AgentExplanation.NothingWaits => $"{why.Agent.Name} is ready{Since(why)}, and no call waits.",
        AgentExplanation.LacksTheNeeds => $"{why.Agent.Name} is ready{Since(why)}, and lacks what the {ReasonWords.Count(why.WaitingInDomain, "waiting call")} {(why.WaitingInDomain == 1 ? "needs" : "need")}.",
        _ => $"{why.Agent.Name} is ready{Since(why)}; {ReasonWords.Count(why.WaitingWithinReach, "call")} within reach {(why.WaitingWithinReach == 1 ? "waits" : "wait")}, and {(why.Lines.Count > 0 ? ReasonWords.OfLine(why.Lines[0].Reason, why.Lines[0].Detail) : ReasonWords.OfLine(why.Reason, null))}.",
    };

    public static IReadOnlyList<string> Details(AgentExplanation why)
    {
        List<string> details = [];
        if (why.Defect is { } defect)
        {
            details.Add($"Something is wrong: {defect}. It is being put right; please tell who runs the system.");
        }

        if (why.IsRecalled)
        {
            details.Add($"The agent went away meanwhile: domain {why.LentTo} was asked to give them back, and what it says counts.");
        }

        string queues = string.Join(", ", why.Queues.Select(queue => queue.Value));
        details.Add(why.QueuesCount == 0
            ? "No queue needs only what the agent has."
            : $"May serve {ReasonWords.Count(why.QueuesCount, "queue")}: {queues}{(why.QueuesCount > why.Queues.Count ? " …" : string.Empty)}.");
        foreach (WaitingLine line in why.Lines)
        {
            string waits = $"{ReasonWords.Count(line.Calls, "call")} like {line.First} (queue {line.Queue}) {(line.Calls == 1 ? "waits" : "wait")}";
            details.Add(line.Missing is { } missing ? $"{waits}: the agent lacks {missing}." : $"{waits}: {ReasonWords.OfLine(line.Reason, line.Detail)}.");
        }

        if (why.LinesCount > why.Lines.Count)
        {
            details.Add($"Calls wait with {why.LinesCount - why.Lines.Count} other needs as well.");
        }

        details.AddRange(why.Timers.Select(timer => CallExplanationText.Timer(timer, why.AtMs)));
        return details;
    }

    private static string Reason(AgentExplanation why) => why.Agent.Reason is { } reason ? $" ({reason})" : string.Empty;

    private static string Since(AgentExplanation why) => why.Agent.SinceMs == 0
        ? string.Empty
        : string.Create(CultureInfo.InvariantCulture, $" since {DateTimeOffset.FromUnixTimeMilliseconds(why.Agent.SinceMs):HH:mm:ss} UTC");

    private static string Cause(AgentExplanation why) => why.Cause switch
    {
        AgentModeCause.ByHand => $", set by {why.By ?? "hand"}",
        _ when ReasonWords.OfCause(Words.Of(why.Cause)) is { } words => $", {words}{(why.CauseCall is { } call ? $" (call {call})" : string.Empty)}",
        _ => string.Empty,
    };
}
