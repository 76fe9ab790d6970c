using System.Globalization;

namespace Routing.Gateway.Api.Explaining;

/// <summary>
/// The words of explanations for people, by the names that the brain uses. A name that is not in a table is shown as it is: a new refusal needs no change here to be understood.
/// </summary>
internal static class ReasonWords
{
    private static readonly Dictionary<string, (string One, string Several)> Agents = new(StringComparer.Ordinal)
    {
        ["offered"] = ("is being rung", "are being rung"),
        ["talking"] = ("talks", "talk"),
        ["wrap-up"] = ("is in wrap-up", "are in wrap-up"),
        ["not-ready"] = ("is not ready", "are not ready"),
        ["logged-out"] = ("is logged out", "are logged out"),
        ["cool-off"] = ("was rung for this call a moment ago and is left in peace", "were rung for this call a moment ago and are left in peace"),
        ["reserved"] = ("is kept for other calls", "are kept for other calls"),
        ["held-for-preferred-agent"] = ("may not take it while it is held for another", "may not take it while it is held for another"),
        ["free"] = ("may take it", "may take it"),
    };

    private static readonly Dictionary<string, string> Lines = new(StringComparer.Ordinal)
    {
        ["cool-off"] = "the agent was rung for it a moment ago",
        ["reserved"] = "the agent is kept for other calls",
        ["held-for-preferred-agent"] = "it is held for its preferred agent",
        ["not-ready"] = "the agent is not available",
        ["free"] = "the agent may take it",
    };

    private static readonly Dictionary<string, string> Timers = new(StringComparer.Ordinal)
    {
        ["ring"] = "the phone that rings longest has rung long enough",
        ["queue"] = "the longest wait in the queue is over",
        ["cool-off"] = "an agent who was rung before may be rung again",
        ["next-ring"] = "the next ring of agents counts",
        ["nobody-logged-in"] = "the call leaves the queue, if nobody who could serve it logs in before",
        ["nobody-ready"] = "the call leaves the queue, if nobody who could serve it becomes ready before",
        ["closing"] = "the queue has closed and the call leaves it",
        ["grace"] = "the call is given up, its gateway being silent",
        ["announcement"] = "the announcement is over, and the call with it",
        ["seek"] = "another domain is asked for an agent",
        ["hold"] = "others than the preferred agent may take it",
        ["wrap-up"] = "wrap-up ends",
        ["recover"] = "the agent is made ready again",
        ["binding"] = "the registration of a phone ends, unless it is renewed",
    };

    private static readonly Dictionary<string, string> Causes = new(StringComparer.Ordinal)
    {
        ["registered"] = "when a phone registered",
        ["no-phone"] = "since no phone is registered",
        ["no-answer"] = "after an offer was not answered",
        ["declined"] = "after an offer was declined",
        ["unreachable"] = "after the phone could not be reached",
        ["caller-left"] = "after a caller hung up while the phone rang",
        ["recovered"] = "when the time after a failed offer was over",
    };

    /// <summary>"2 talk", "1 is not ready (lunch)".</summary>
    public static string OfAgents(int count, string reason, string? detail)
    {
        string words = Agents.TryGetValue(reason, out (string One, string Several) known)
            ? count == 1 ? known.One : known.Several
            : (count == 1 ? "is passed over: " : "are passed over: ") + Plain(reason);
        return string.Create(CultureInfo.InvariantCulture, $"{count} {words}{InBrackets(detail)}");
    }

    /// <summary>Why an agent does not take a call.</summary>
    public static string OfLine(string reason, string? detail) => Lines.GetValueOrDefault(reason, Plain(reason)) + InBrackets(detail);

    /// <summary>What one agent does: "talks", "is kept for other calls (vip)".</summary>
    public static string OfAgent(string reason, string? detail) =>
        (Agents.TryGetValue(reason, out (string One, string Several) known) ? known.One : "is passed over: " + Plain(reason)) + InBrackets(detail);

    public static string OfTimer(string name) => Timers.GetValueOrDefault(name, Plain(name));

    /// <summary>Null when nothing is to be said.</summary>
    public static string? OfCause(string cause) => Causes.GetValueOrDefault(cause);

    /// <summary>"1 call", "4 calls".</summary>
    public static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? string.Empty : "s")}");

    /// <summary>"12 s", "3 min 20 s", "2 h 5 min", "32 days 15 h".</summary>
    public static string Time(long milliseconds)
    {
        long seconds = Math.Max(0, (milliseconds + 500) / 1000);
        return seconds < 60 ? string.Create(CultureInfo.InvariantCulture, $"{seconds} s")
            : seconds < 3600 ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 60} min {seconds % 60} s")
            : seconds < 86_400 ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600} h {seconds % 3600 / 60} min")
            : string.Create(CultureInfo.InvariantCulture, $"{Count((int)(seconds / 86_400), "day")} {seconds % 86_400 / 3600} h");
    }

    private static string InBrackets(string? detail) => detail is null ? string.Empty : $" ({detail})";

    private static string Plain(string name) => name.Replace('-', ' ');
}
