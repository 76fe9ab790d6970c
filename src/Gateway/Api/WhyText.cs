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

        text.Append(CultureInfo.InvariantCulture, $" {chosen.Agent} was {Rule(why.Rule)} of {why.PoolSize} agents who were ready and had the skills");
        text.Append(CultureInfo.InvariantCulture, $" (idle {Seconds(chosen.IdleMs)}, skill sum {chosen.SkillSum}");
        if (why.Agents.Count > 1)
        {
            AgentCandidate next = why.Agents[1];
            text.Append(CultureInfo.InvariantCulture, $"; next {next.Agent}: idle {Seconds(next.IdleMs)}, skill sum {next.SkillSum}");
        }

        text.Append(").");
    }

    private static void AddCalls(StringBuilder text, WhyRecord why)
    {
        CallCandidate chosen = why.Calls[0];
        text.Append(why.PoolSize <= 1
            ? " This was the only call waiting for such an agent"
            : string.Create(CultureInfo.InvariantCulture, $" This call was first of {why.PoolSize} that the agent may serve"));
        text.Append(CultureInfo.InvariantCulture, $" (queue {chosen.Queue}, priority {chosen.Priority}, waited {Seconds(chosen.WaitedMs)}).");
    }

    private static string Trigger(string trigger) => trigger switch
    {
        "call-arrived" => "The call came in.",
        "agent-ready" => "The agent became free.",
        "cool-off-ended" => "The agent's cool-off for this call ended.",
        "overflowed" => "The call overflowed to this queue.",
        "configuration" => "The configuration changed.",
        _ => $"Set off by {trigger}.",
    };

    private static string Rule(string rule) => rule switch
    {
        "longest-idle" => "the longest idle",
        "most-skilled" => "the most skilled",
        _ => $"the first by {rule}",
    };

    private static string Seconds(long milliseconds) => (milliseconds / 1000.0).ToString("0.0", CultureInfo.InvariantCulture) + " s";
}
