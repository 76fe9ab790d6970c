using System.Globalization;
using System.Text.Json;

namespace Routing.Silo.Commands;

/// <summary>A decision as text for people: each number with its name and its unit.</summary>
internal static class DecisionText
{
    private const double MillisecondsOfSecond = 1000;
    private const double PartsOfPercent = 10_000;

    public static void Write(TextWriter output, string call, JsonElement offer)
    {
        JsonElement why = offer.GetProperty("why");
        string rule = ServerAnswer.TextOf(why, "rule");
        output.WriteLine($"{call}/{ServerAnswer.TextOf(offer, "number")} to {ServerAnswer.TextOf(offer, "agent")} in queue {ServerAnswer.TextOf(offer, "queue")} at {ServerAnswer.TextOf(offer, "offered")}: {ServerAnswer.TextOf(offer, "result")}");
        output.WriteLine("  " + ServerAnswer.TextOf(why, "text"));
        foreach (JsonElement agent in ServerAnswer.ListOf(why, "agents"))
        {
            output.WriteLine($"  candidate {ServerAnswer.TextOf(agent, "agent")}: idle {Seconds(Number(agent, "idleMs"))}, sum of the skill levels needed {ServerAnswer.TextOf(agent, "skillSum")}{AgentMeasure(rule, Number(agent, "value"))}");
        }

        foreach (JsonElement other in ServerAnswer.ListOf(why, "calls"))
        {
            output.WriteLine(
                $"  candidate {ServerAnswer.TextOf(other, "call")}: queue {ServerAnswer.TextOf(other, "queue")}, priority {ServerAnswer.TextOf(other, "priority")}, waited {Seconds(Number(other, "waitedMs"))}"
                + CallMeasure(rule, Number(other, "value"))
                + (Number(other, "weight") is var weight and not 0 ? $", weight of the queue {weight}" : "")
                + (ServerAnswer.TextOf(other, "ringing") == bool.TrueString ? ", rings somebody already" : ""));
        }

        foreach (JsonElement excluded in ServerAnswer.ListOf(why, "excluded"))
        {
            output.WriteLine($"  passed over {ServerAnswer.TextOf(excluded, "who")}: {ServerAnswer.TextOf(excluded, "reason")}");
        }

        output.WriteLine($"  [rule {rule}, {ServerAnswer.TextOf(why, "trigger")}; {ServerAnswer.TextOf(why, "poolSize")} candidates in all; configuration {ServerAnswer.TextOf(why, "configurationVersion")}]");
    }

    /// <summary>What the rule ranked an agent by, when it is not said already.</summary>
    internal static string AgentMeasure(string rule, long value) => rule switch
    {
        "longest-idle" => ", ranked by the idle time",
        "most-skilled" or "least-skilled-that-fits" => ", ranked by that sum",
        "least-occupied" => string.Create(CultureInfo.InvariantCulture, $", ranked by the occupancy {value / PartsOfPercent:0.##} %"),
        "fewest-calls" => $", ranked by the calls of the shift {value}",
        "ring-order" => $", ranked by the place in the list {value}",
        "weighted-random" => $", drawn with the weight {value}",
        "round-robin" => ", ranked by the id",
        _ => "",
    };

    /// <summary>What the order compared of a call, when it is not said already.</summary>
    internal static string CallMeasure(string rule, long valueMs) => rule switch
    {
        "priority-with-ageing" => $", wait and priority together worth a wait of {Seconds(valueMs)}",
        "deadline" => $", {Deadline(valueMs)}",
        "deadline-with-ageing" => $", with the priority counted in {Deadline(valueMs)}",
        _ => "",
    };

    private static string Deadline(long leftMs) => leftMs >= 0 ? $"{Seconds(leftMs)} left to the deadline" : $"{Seconds(-leftMs)} past the deadline";

    private static string Seconds(long milliseconds) => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / MillisecondsOfSecond:0.0##} s");

    private static long Number(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) && value.TryGetInt64(out long number) ? number : 0;
}
