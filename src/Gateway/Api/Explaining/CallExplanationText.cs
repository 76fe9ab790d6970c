using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Gateway.Api.Explaining;

/// <summary>Why a call waits, in plain words.</summary>
internal static class CallExplanationText
{
    /// <summary>The verdict.</summary>
    public static string Of(CallExplanation why)
    {
        string waited = ReasonWords.Time(why.AtMs - why.Call.ArrivedMs);
        return why.Reason switch
        {
            CallExplanation.Talking => $"It talks to {why.Call.Agent}.",
            CallExplanation.Announcing => $"It waits for nobody: it hears announcement {why.Call.Announcement} ({why.Call.EndReason}) and ends with it.",
            CallExplanation.Suspended => "It waits for its gateway, which is silent, and keeps its place until that is back.",
            CallExplanation.Ringing => $"It came {waited} ago and rings {why.Call.Agent} now.",
            CallExplanation.Held => $"It waits for {why.HeldFor} alone for now{(why.HeldForReason is { } reason ? $", who {ReasonWords.OfAgent(reason, why.HeldForDetail)}" : string.Empty)}.",
            CallExplanation.NobodyHasTheNeeds => $"No agent of the configuration has {Needs(why)}. {Before(why)}",
            _ => $"{Serve(why)}: {Groups(why)}. {Before(why)}",
        };
    }

    public static IReadOnlyList<string> Details(CallExplanation why)
    {
        List<string> details = [];
        if (why.Order is not null)
        {
            details.Add($"It has waited {ReasonWords.Time(why.AtMs - why.Call.ArrivedMs)}. {Place(why, why.Order.Replace('-', ' '))}");
        }

        if (why.Rings > 1)
        {
            details.Add($"Ring {why.Ring + 1} of {why.Rings} counts now.");
        }

        if (why.HeldFor is not null && why.CouldServe > 0)
        {
            details.Add($"{Serve(why)}: {Groups(why)}.");
        }

        foreach (AgentGroup group in why.Agents)
        {
            if (group.First.Count > 0)
            {
                details.Add($"{ReasonWords.OfAgents(group.Count, group.Reason, group.Detail)}: {Names(group)}.");
            }
        }

        if (why.ReadyAsked < why.Ready)
        {
            details.Add($"Of {why.Ready} ready agents, {why.ReadyAsked} were asked why they may not take it.");
        }

        details.AddRange(LendingWords.Of(why));
        details.AddRange(why.Timers.Select(timer => Timer(timer, why.AtMs)));
        return details;
    }

    public static string OfEnded(CallView call) =>
        $"The call is over: {(call.Outcome is { } outcome ? Words.Of(outcome).Replace('-', ' ') : "ended")}, {ReasonWords.Time((call.AnsweredMs ?? call.EndedMs ?? call.ArrivedMs) - call.ArrivedMs)} after it came in.";

    public static string Timer(NextTimer timer, long nowMs) => $"In {ReasonWords.Time(timer.DueMs - nowMs)} {ReasonWords.OfTimer(timer.Name)}.";

    /// <summary>A call that is held for one agent stands in no line: the others would be told wrong places beside it.</summary>
    private static string Place(CallExplanation why, string order) => why.Reason == CallExplanation.Held
        ? $"After the hold it joins the line by {order}: {(why.Ahead == 0 ? "no call" : ReasonWords.Count(why.Ahead, "call"))} with these needs would be before it, {why.AheadInDomain} of all."
        : $"In line by {order}: {why.Ahead + 1} of {Math.Max(why.InLine, why.Ahead + 1)} with these needs, {why.AheadInDomain + 1} of all.";

    private static string Serve(CallExplanation why) =>
        $"{ReasonWords.Count(why.CouldServe, "agent")} {(why.CouldServe == 1 ? "has" : "have")} {Needs(why)}";

    private static string Needs(CallExplanation why) => why.Needs is { Length: > 0 } needs ? needs : "what it needs (nothing special)";

    private static string Groups(CallExplanation why) => string.Join(", ", why.Agents.Select(group => ReasonWords.OfAgents(group.Count, group.Reason, group.Detail)));

    private static string Before(CallExplanation why) => why.Ahead == 0
        ? "It is first in line."
        : $"{ReasonWords.Count(why.Ahead, "call")} {(why.Ahead == 1 ? "is" : "are")} before it.";

    private static string Names(AgentGroup group)
    {
        string names = string.Join(", ", group.First.Select(static (AgentId agent) => agent.Value));
        return group.Count > group.First.Count ? names + " …" : names;
    }
}
