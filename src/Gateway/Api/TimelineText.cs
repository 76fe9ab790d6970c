using System.Globalization;
using System.Text.RegularExpressions;
using Routing.Contracts.Views;
using Routing.Gateway.Api.Explaining;
using Routing.Sip.Messages;

namespace Routing.Gateway.Api;

/// <summary>
/// A step of a call as a sentence. What is stored with the step is short and made for machines ("alice: NoAnswer"), and is kept for 30 days and longer than a version:
/// so it is put into words when it is read, and what is not understood is shown as it is stored. <see cref="TimelineEntry.Kind"/> is what programs use.
/// </summary>
internal static partial class TimelineText
{
    public static string Of(TimelineEntry step) => step.Kind switch
    {
        "arrived" => Arrived(step.Text),
        "queued" => Queued(step.Text),
        "caller-answered" => "The system answered the caller, who hears the hold tone",
        "offered" => Offered(step.Text),
        "held" => Hold().Match(step.Text) is { Success: true } hold ? $"Held for {hold.Groups["agent"].Value} for up to {Seconds(hold.Groups["ms"].Value)}" : step.Text,
        "ringing" => Rest(step.Text, "phone of ") is { } agent ? $"The phone of {agent} rings" : step.Text,
        "answered" => Rest(step.Text, "by ") is { } agent ? $"Connected to {agent}, who answered" : step.Text,
        "offer-ended" => OfferEnded(step.Text),
        "overflowed" => Overflowed(step.Text),
        "routed" => Rest(step.Text, "no route") is { } none ? "No route" + none : "Led by " + step.Text,
        "announcement" => Announcement().Match(step.Text) is { Success: true } told ? $"Turned away with announcement {told.Groups["name"].Value}: {told.Groups["why"].Value}" : step.Text,
        "next-ring" => NextRing().Match(step.Text) is { Success: true } next ? $"Ring {int.Parse(next.Groups["ring"].Value, CultureInfo.InvariantCulture) + 1} counts now: {next.Groups["needs"].Value}" : step.Text,
        "guest" => Guest().Match(step.Text) is { Success: true } guest ? Capital(guest.Groups["who"].Value) + WithPriority(guest.Groups["priority"].Value) : step.Text,
        "borrows" => Rest(step.Text, "asks ") is { } whom ? $"Asked {whom}" : step.Text,
        "borrow-refused" => Refusal().Match(step.Text) is { Success: true } refusal ? $"Domain {refusal.Groups["who"].Value} lends nobody: {LendingWords.OfRefusal(refusal.Groups["reason"].Value)}" : step.Text,
        "recalled" => Recall().Match(step.Text) is { Success: true } recall ? $"{recall.Groups["agent"].Value} went away while lent, and is asked back" : step.Text,
        "ended" => Ended(step.Text),
        "resumed" => DownTime().Match(step.Text) is { Success: true } down ? $"The program was down for {Seconds(down.Groups["ms"].Value)}; the call went on" : step.Text,
        _ => step.Text,
    };

    private static string Arrived(string text) => Call().Match(text) is { Success: true } call
        ? $"{(call.Groups["ani"].Value == "withheld" ? "A withheld number" : call.Groups["ani"].Value)} called {call.Groups["dnis"].Value}"
        : text;

    private static string Queued(string text) => Entry().Match(text) is { Success: true } entry
        ? $"Entered queue {entry.Groups["queue"].Value}{WithPriority(entry.Groups["priority"].Value)}"
        : text;

    private static string WithPriority(string priority) => priority == "0" ? "" : $" with priority {priority}";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Offered(string text)
    {
        Match offer = Offer().Match(text);
        if (!offer.Success)
        {
            return text;
        }

        string rule = offer.Groups["rule"].Value switch
        {
            "longest-idle" => "longest idle",
            "most-skilled" => "most skilled",
            "priority" => "first in line",
            "lent-agent" => "lent by their domain",
            var other => other.Replace('-', ' '),
        };
        string trigger = offer.Groups["trigger"].Value switch
        {
            "call-arrived" => "when the call came in",
            "agent-ready" => "when the agent became free",
            "cool-off-ended" => "when the pause for this agent was over",
            "overflowed" => "after the overflow",
            "offer-failed" => "after the offer before failed",
            "agent-lent" => "when they were lent",
            "guest-arrived" => "when another domain asked",
            "gateway-returned" => "when its gateway was back",
            "configuration" => "after a change of the configuration",
            var other => "because of " + other.Replace('-', ' '),
        };
        return $"Offered to {offer.Groups["agent"].Value} ({rule}) {trigger}";
    }

    private static string OfferEnded(string text)
    {
        Match end = OfferEnd().Match(text);
        if (!end.Success || !Enum.TryParse(end.Groups["result"].Value, out OfferResult result))
        {
            return text;
        }

        string agent = end.Groups["agent"].Value;
        string told = result switch
        {
            OfferResult.Declined => $"{agent} declined",
            OfferResult.NoAnswer => $"{agent} did not answer (RONA)",
            OfferResult.Unreachable => $"The phone of {agent} could not be reached",
            OfferResult.CallerLeft => $"The caller left while the phone of {agent} rang",
            _ => $"The offer to {agent} was withdrawn",
        };
        return told + Because(Status(end.Groups["status"].Value), Reason(end.Groups["reason"].Value));
    }

    private static string Overflowed(string text) => Overflow().Match(text) is { Success: true } overflow
        ? $"Overflowed from queue {overflow.Groups["from"].Value} to {overflow.Groups["to"].Value} after {Seconds(overflow.Groups["ms"].Value)}"
        : text.StartsWith("from queue ", StringComparison.Ordinal) ? "Overflowed " + text : text;

    private static string Ended(string text)
    {
        Match end = End().Match(text);
        if (!end.Success || !Enum.TryParse(end.Groups["outcome"].Value, out CallOutcome outcome))
        {
            return text;
        }

        string word = outcome switch
        {
            CallOutcome.Answered => "Answered",
            CallOutcome.Abandoned => "Abandoned",
            CallOutcome.OverflowedOut => "Sent on",
            CallOutcome.Rejected => "Rejected",
            CallOutcome.Announced => "Turned away with an announcement",
            CallOutcome.Returned => "Returned to its own domain",
            _ => "Failed",
        };
        string why = end.Groups["why"].Value;
        if (Wait().Match(why) is { Success: true } wait)
        {
            return $"{word}: waited {Seconds(wait.Groups["ms"].Value)} in queue {wait.Groups["queue"].Value}, the longest it may";
        }

        if (outcome == CallOutcome.Returned)
        {
            return $"{word}: {(Rest(why, "home: ") is { } stop ? LendingWords.OfStop(stop) : LendingWords.OfRefusal(why))}";
        }

        return Side().Match(why) is { Success: true } side ? $"{word}: {Who(side)}{Because("", Reason(side.Groups["reason"].Value))}" : $"{word}: {why}";
    }

    private static string Who(Match side)
    {
        string who = side.Groups["agent"].Success ? side.Groups["agent"].Value : "the caller";
        return side.Groups["cause"].Value switch
        {
            "Cancelled" => $"{who} gave up before an answer",
            "HungUp" => $"{who} hung up",
            "Lost" => $"the connection to {who} was lost",
            "ConnectFailed" => $"{who} could not be connected",
            var other => $"{who}: {other}",
        };
    }

    /// <summary>A Reason header (RFC 3326) in words; other text as it is.</summary>
    private static string Reason(string text)
    {
        if (!text.StartsWith("SIP;", StringComparison.OrdinalIgnoreCase) && !text.StartsWith("Q.850;", StringComparison.OrdinalIgnoreCase))
        {
            return text;
        }

        string words = ReasonWords().Match(text).Groups["words"].Value;
        string cause = ReasonCause().Match(text).Groups["cause"].Value;
        string code = cause.Length == 0 ? "" : text.StartsWith("SIP", StringComparison.OrdinalIgnoreCase) ? Status(cause) : "Q.850 cause " + cause;
        return words.Length == 0 ? code : code.Length == 0 ? words : $"{words}, {code}";
    }

    private static string Status(string status) => int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out int code)
        ? $"SIP {code} {ReasonPhrases.For(code)}".TrimEnd()
        : "";

    private static string Because(string status, string reason) => (status.Length, reason.Length) switch
    {
        (0, 0) => "",
        (_, 0) => $" ({status})",
        (0, _) => $" ({reason})",
        _ => $" ({status}: {reason})",
    };

    private static string Seconds(string milliseconds) => long.TryParse(milliseconds, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
        ? (value / 1000.0).ToString("0.0", CultureInfo.InvariantCulture) + " s"
        : milliseconds + " ms";

    private static string? Rest(string text, string start) => text.StartsWith(start, StringComparison.Ordinal) ? text[start.Length..] : null;

    [GeneratedRegex("^(?<ani>.*) called (?<dnis>.*)$", RegexOptions.Singleline)]
    private static partial Regex Call();

    [GeneratedRegex("^in queue (?<queue>.*), priority (?<priority>-?[0-9]+)$")]
    private static partial Regex Entry();

    [GeneratedRegex(@"^to (?<agent>.*) \((?<rule>[^,]*), (?<trigger>[^)]*)\)$")]
    private static partial Regex Offer();

    [GeneratedRegex("^(?<agent>[^ ]*): (?<result>[A-Za-z]+)(, (?<status>[0-9]{3}))?(, (?<reason>.*))?$", RegexOptions.Singleline)]
    private static partial Regex OfferEnd();

    [GeneratedRegex("^from queue (?<from>.*) to (?<to>.*) after (?<ms>[0-9]+) ms$")]
    private static partial Regex Overflow();

    [GeneratedRegex("^(?<outcome>[A-Za-z]+): (?<why>.*)$", RegexOptions.Singleline)]
    private static partial Regex End();

    [GeneratedRegex("^waited (?<ms>[0-9]+) ms in queue (?<queue>.*)$")]
    private static partial Regex Wait();

    [GeneratedRegex("^(caller|agent (?<agent>[^ ]*)): (?<cause>[A-Za-z]+)(, (?<reason>.*))?$", RegexOptions.Singleline)]
    private static partial Regex Side();

    [GeneratedRegex("^(?<name>[^ :]+): (?<why>.*)$", RegexOptions.Singleline)]
    private static partial Regex Announcement();

    [GeneratedRegex("^ring (?<ring>[0-9]{1,3}): (?<needs>.*)$", RegexOptions.Singleline)]
    private static partial Regex NextRing();

    [GeneratedRegex("^(?<who>call .* for an agent), priority (?<priority>-?[0-9]+)$")]
    private static partial Regex Guest();

    [GeneratedRegex("^by domain (?<who>.*): (?<reason>[a-z-]+)$")]
    private static partial Regex Refusal();

    [GeneratedRegex("^(?<agent>[^ ]*) is not there any more$")]
    private static partial Regex Recall();

    [GeneratedRegex("^after (?<ms>[0-9]+) ms down$")]
    private static partial Regex DownTime();

    [GeneratedRegex("^for (?<agent>\\S+), (?<ms>[0-9]+) ms$")]
    private static partial Regex Hold();

    [GeneratedRegex("text=\"(?<words>[^\"]*)\"", RegexOptions.IgnoreCase)]
    private static partial Regex ReasonWords();

    [GeneratedRegex("cause=(?<cause>[0-9]+)", RegexOptions.IgnoreCase)]
    private static partial Regex ReasonCause();
}
