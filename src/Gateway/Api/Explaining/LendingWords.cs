using System.Globalization;
using Routing.Contracts.Explanations;
using Routing.Contracts.Lending;

namespace Routing.Gateway.Api.Explaining;

/// <summary>Agents lent between domains, in plain words. A reason that is not in a table is shown as it is: the other domain may know more of them than this version.</summary>
internal static class LendingWords
{
    private static readonly Dictionary<string, string> Refusals = new(StringComparer.Ordinal)
    {
        [RefusalReason.UnknownQueue] = "it has no such queue",
        [RefusalReason.NotAGuest] = "the queue does not name this domain among its guests",
        [RefusalReason.Closed] = "the queue is closed",
        [RefusalReason.TooMany] = "as many guests wait there as a domain takes",
        [RefusalReason.UnknownProtocol] = "it is of another version",
        [RefusalReason.BadName] = "the names are too long to be told apart there",
        [RefusalReason.TooLate] = "the clocks of the two domains differ too much",
        [RefusalReason.PeerSilent] = "nothing is heard of it",
        [RefusalReason.Forgotten] = "it knows nothing of the attempt",
        [RefusalReason.HomeSilent] = "it heard nothing for too long",
    };

    private static readonly Dictionary<string, string> Stops = new(StringComparer.Ordinal)
    {
        [StopReason.CallerLeft] = "the caller left",
        ["rings-at-home"] = "it rings another agent",
        ["answered-at-home"] = "another agent answered",
        ["waits-otherwise"] = "it does not ask any more",
        ["call-over"] = "the call is over",
    };

    public static string OfRefusal(string reason) => Refusals.GetValueOrDefault(reason, reason.Replace('-', ' '));

    public static string OfStop(string reason) => Stops.GetValueOrDefault(reason) ?? OfRefusal(reason);

    /// <summary>Whom a waiting call asks, who refused, whose call it is, and whose agent it has.</summary>
    public static IEnumerable<string> Of(CallExplanation why)
    {
        if (why.Call.Home is { } home)
        {
            yield return $"It belongs to domain {home}, which asks for an agent of queue {why.Call.Queue} here; its caller is there.";
        }

        if (why.Call.Lender is { } lender)
        {
            yield return $"{why.Call.Agent} is an agent of domain {lender}, lent for this call.";
        }

        foreach (SeekView seek in why.Call.Seeks ?? [])
        {
            yield return seek.State == SeekState.Open
                ? $"It asks domain {seek.Domain}, queue {seek.Queue}, for an agent since {Clock(seek.SinceMs)} ({ReasonWords.Time(why.AtMs - seek.SinceMs)})."
                : $"Domain {seek.Domain}, queue {seek.Queue}, lends nobody: {OfRefusal(seek.Reason ?? "refused")}{(seek.AgainAtMs is { } againMs ? $"; it is asked again in {ReasonWords.Time(againMs - why.AtMs)}" : string.Empty)}.";
        }
    }

    public static string Clock(long atMs) => string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.FromUnixTimeMilliseconds(atMs):HH:mm:ss} UTC");
}
