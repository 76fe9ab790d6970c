using System.Globalization;
using System.Text;
using Routing.Contracts.Views;

namespace Routing.Gateway.Api;

/// <summary>A why-record as a sentence.</summary>
internal static class WhyText
{
    public static string Of(WhyRecord why)
    {
        StringBuilder text = new();
        text.Append(Trigger(why.Trigger));
        if (why.Agents.Count > 0)
        {
            AddAgents(text, why);
        }
        else if (why.Calls.Count > 0)
        {
            AddCalls(text, why);
        }

        foreach (Exclusion excluded in why.Excluded)
        {
            text.Append(CultureInfo.InvariantCulture, $" {excluded.Who} was passed over: {excluded.Reason}.");
        }

        if (why.ExcludedCount > why.Excluded.Count)
        {
            text.Append(CultureInfo.InvariantCulture, $" So were {why.ExcludedCount - why.Excluded.Count} more.");
        }

        return text.ToString();
    }

    private static void AddAgents(StringBuilder text, WhyRecord why)
    {
        AgentCandidate chosen = why.Agents[0];
        if (why.PoolSize <= 1)
        {
            text.Append(CultureInfo.InvariantCulture, $" {chosen.Agent} was the only agent who was ready and had the skills.");
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $" {chosen.Agent} was {Rule(why)} of {why.PoolSize} agents who were ready and had the skills");
        text.Append(CultureInfo.InvariantCulture, $" ({Measure(why, chosen)}");
        if (why.Agents.Count > 1)
        {
            text.Append(CultureInfo.InvariantCulture, $"; next {why.Agents[1].Agent}: {Measure(why, why.Agents[1])}");
        }

        text.Append(").");
    }

    /// <summary>What the rule compared, then the ties.</summary>
    private static string Measure(WhyRecord why, AgentCandidate agent)
    {
        string usual = string.Create(CultureInfo.InvariantCulture, $"idle {Seconds(agent.IdleMs)}, skill sum {agent.SkillSum}");
        return why.Rule switch
        {
            "least-occupied" => string.Create(CultureInfo.InvariantCulture, $"occupied {agent.Value / 10_000.0:0.0} %, {usual}"),
            "fewest-calls" => string.Create(CultureInfo.InvariantCulture, $"{agent.Value} calls this shift, {usual}"),
            "ring-order" => string.Create(CultureInfo.InvariantCulture, $"place {agent.Value}, {usual}"),
            "weighted-random" => string.Create(CultureInfo.InvariantCulture, $"weight {agent.Value}, {usual}"),
            _ => usual,
        };
    }

    private static void AddCalls(StringBuilder text, WhyRecord why)
    {
        CallCandidate chosen = why.Calls[0];
        text.Append(why.PoolSize <= 1
            ? " This was the only call waiting for such an agent"
            : string.Create(CultureInfo.InvariantCulture, $" This call was first of {why.PoolSize} that the agent may serve"));
        text.Append(CultureInfo.InvariantCulture, $" ({Place(why, chosen)}");
        if (why.Calls.Count > 1)
        {
            text.Append(CultureInfo.InvariantCulture, $"; next {why.Calls[1].Call}: {Place(why, why.Calls[1])}");
        }

        text.Append(").");
    }

    /// <summary>What the order compared.</summary>
    private static string Place(WhyRecord why, CallCandidate call)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"queue {call.Queue}, priority {call.Priority}");
        text.Append(why.Rule switch
        {
            "priority-with-ageing" => $", aged wait {Seconds(call.Value)}",
            "deadline" => $", {Slack(call.Value)}",
            "deadline-with-ageing" => $", aged {Slack(call.Value)}",
            _ => string.Empty,
        });
        text.Append(call.Weight == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $", weight {call.Weight}"));
        text.Append(CultureInfo.InvariantCulture, $", waited {Seconds(call.WaitedMs)}{(call.IsRinging ? ", rings other agents too" : string.Empty)}");
        return text.ToString();
    }

    private static string Slack(long milliseconds) => milliseconds < 0 ? $"deadline missed by {Seconds(-milliseconds)}" : $"deadline in {Seconds(milliseconds)}";

    private static string Trigger(string trigger) => trigger switch
    {
        "call-arrived" => "The call came in.",
        "agent-ready" => "The agent became free.",
        "cool-off-ended" => "The agent's cool-off for this call ended.",
        "overflowed" => "The call overflowed to this queue.",
        "configuration" => "The configuration changed.",
        "reserve-released" => "A reserve has more ready agents than it keeps.",
        _ => $"Set off by {trigger}.",
    };

    private static string Rule(WhyRecord why) => why.Rule switch
    {
        "longest-idle" => "the longest idle",
        "most-skilled" => "the most skilled",
        "least-skilled-that-fits" => "the least skilled",
        "least-occupied" => "the least occupied",
        "fewest-calls" => "the one with the fewest calls",
        "round-robin" => why.After is { } after ? $"the next after {after}" : "the first by id",
        "ring-order" => "the first in the list",
        "weighted-random" when why.Draw is { } draw => string.Create(CultureInfo.InvariantCulture, $"drawn by lot (number {draw.Number} of {draw.Of}),"),
        _ => $"the first by {why.Rule}",
    };

    private static string Seconds(long milliseconds) => (milliseconds / 1000.0).ToString("0.0", CultureInfo.InvariantCulture) + " s";
}
