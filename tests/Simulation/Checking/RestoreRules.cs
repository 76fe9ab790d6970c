using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>
/// A gateway that began again gets each of its live calls back once, as it was: state, offers, legs byte for byte. And each that ended and that it has not reported
/// as done, with what the end owed its legs; and the offers whose phones may ring on.
/// </summary>
internal static class RestoreRules
{
    /// <summary>A call that is offered more often forgets its oldest offers.</summary>
    private const int OffersKeptCount = 50;

    /// <summary>Offers that ended less than this before are told once more; those of more than <see cref="OldMs"/> are not.</summary>
    private const long FreshMs = 170_000;
    private const long OldMs = 190_000;

    public static void Close(Mirror mirror, CallsClosed closed)
    {
        if (closed.Calls.Count > CallsClosed.LimitCalls)
        {
            throw new CheckFailure("workload", $"{closed.Gateway} reports {closed.Calls.Count} calls in one command, {CallsClosed.LimitCalls} are the most");
        }

        foreach (CallId id in closed.Calls)
        {
            if (mirror.Closing.TryGetValue(id, out CallModel? call) && call.Gateway == closed.Gateway)
            {
                mirror.Closing.Remove(id);
            }
        }
    }

    public static void Check(Mirror mirror, CommittedTurn turn, GatewayId gateway, RestoreCall restore)
    {
        Dictionary<CallId, CallModel> known = restore.Owed is null ? mirror.Calls : mirror.Closing;
        if (!known.TryGetValue(restore.Call, out CallModel? call) || call.Gateway != gateway)
        {
            throw new CheckFailure("restore-foreign", $"{restore.Call} is not a call of {gateway} that lives, or ended and is not done");
        }

        if (turn.Input.Command is not GatewayStarted started || started.Gateway != gateway)
        {
            throw new CheckFailure("restore-unasked", $"{restore.Call} was restored by {turn.Input.Command}");
        }

        CheckLegs(call, restore);
        CheckStopped(mirror, turn, call, restore);
        if (restore.Owed is { } owed)
        {
            if (owed.Caller != call.CallerOwed || owed.Agent != call.AgentOwed || restore.State != CallState.Ended || restore.CallerAnswered != call.CallerAnswered)
            {
                throw new CheckFailure("restore-owed", $"{restore.Call}: owed are {call.CallerOwed} and {call.AgentOwed}, not {owed}");
            }

            return;
        }

        CallView view = call.Seen;
        bool talking = view.State == CallState.Talking;
        bool offersFit = talking
            ? restore.Offers.Count == 1 && restore.Offers[0].Offer == call.Connected
            : restore.Offers.Count == call.Open.Count && restore.Offers.All(offer => call.Open.Contains(offer.Offer));
        string? announcement = view.State == CallState.Announcing ? view.Announcement : null;
        if (restore.State != view.State || restore.Announcement != announcement || restore.CallerAnswered != call.CallerAnswered || !offersFit)
        {
            throw new CheckFailure("restore-state", $"{restore} but the call was {view.State}, answered {call.CallerAnswered}, rang {string.Join(',', call.Open)}");
        }

        int passedOverMs = AnnouncementRules.PassedOverMs(call, turn.NowMs);
        if (restore.AnnouncementFromMs != passedOverMs)
        {
            throw new CheckFailure("restore-announcement", $"{restore} but {passedOverMs} ms of it are over, after {call.AnnouncementReplays} times from its beginning");
        }
    }

    public static void CheckComplete(Mirror mirror, CommittedTurn turn)
    {
        if (turn.Input.Command is not GatewayStarted started)
        {
            return;
        }

        int restored = 0;
        foreach (AddressedEffect addressed in turn.Result.Effects)
        {
            restored += addressed.Effect is RestoreCall ? 1 : 0;
        }

        int live = 0;
        foreach (CallModel call in mirror.Calls.Values.Concat(mirror.Closing.Values))
        {
            live += call.Gateway == started.Gateway ? 1 : 0;
        }

        bool first = !mirror.Restored.TryGetValue(started.Gateway, out long before) || started.Incarnation > before;
        if (restored != (first ? live : 0))
        {
            throw new CheckFailure("restore-complete", $"{started} restored {restored} of {live} calls (first time: {first})");
        }

        mirror.Restored[started.Gateway] = Math.Max(before, started.Incarnation);
    }

    private static void CheckLegs(CallModel call, RestoreCall restore)
    {
        foreach (LegState leg in restore.Legs)
        {
            if (!call.Legs.TryGetValue(leg.Leg, out ReadOnlyMemory<byte> bytes) || !bytes.Span.SequenceEqual(leg.State.Span))
            {
                throw new CheckFailure("restore-leg", $"{restore.Call}: leg {leg.Leg} is not as it was stored");
            }
        }

        if (!restore.Legs.Any(leg => leg.Leg.Value.EndsWith(World.SimGateway.CallerLegSuffix, StringComparison.Ordinal)))
        {
            throw new CheckFailure("restore-leg", $"{restore.Call}: the caller's leg is missing");
        }
    }

    /// <summary>Only what is too young or too old to be in doubt is compared. The phones are those that the agent has now: without any there is none to tell.</summary>
    private static void CheckStopped(Mirror mirror, CommittedTurn turn, CallModel call, RestoreCall restore)
    {
        foreach ((OfferId offer, (AgentId agent, long atMs)) in call.Stopped)
        {
            bool isThere = restore.Stopped.Any(stopped => stopped.Offer.Offer == offer);
            bool hasPhone = LendingRules.IsLent(agent) || mirror.Agents.TryGetValue(agent, out AgentModel? model) && model.HasPhone(turn.NowMs);
            bool isKept = call.OffersMade - offer.Number < OffersKeptCount;
            if ((!isThere && isKept && hasPhone && turn.NowMs - atMs < FreshMs) || (isThere && turn.NowMs - atMs > OldMs))
            {
                throw new CheckFailure("restore-stopped", $"{restore.Call}: {offer} was withdrawn at {atMs}, told again now: {isThere}");
            }
        }
    }
}
