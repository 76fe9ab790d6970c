using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>A gateway that began again gets each of its live calls back once, as it was: state, offers, legs byte for byte.</summary>
internal static class RestoreRules
{
    public static void Check(Mirror mirror, CommittedTurn turn, GatewayId gateway, RestoreCall restore)
    {
        if (!mirror.Calls.TryGetValue(restore.Call, out CallModel? call) || call.Gateway != gateway)
        {
            throw new CheckFailure("restore-foreign", $"{restore.Call} is not a live call of {gateway}");
        }

        if (turn.Input.Command is not GatewayStarted started || started.Gateway != gateway)
        {
            throw new CheckFailure("restore-unasked", $"{restore.Call} was restored by {turn.Input.Command}");
        }

        CallView view = call.Seen;
        bool talking = view.State == CallState.Talking;
        bool offersFit = talking
            ? restore.Offers.Count == 1 && restore.Offers[0].Offer == call.Connected
            : restore.Offers.Count == call.Open.Count && restore.Offers.All(offer => call.Open.Contains(offer.Offer));
        if (restore.State != view.State || restore.CallerAnswered != call.CallerAnswered || !offersFit)
        {
            throw new CheckFailure("restore-state", $"{restore} but the call was {view.State}, answered {call.CallerAnswered}, rang {string.Join(',', call.Open)}");
        }

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
        foreach (CallModel call in mirror.Calls.Values)
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
}
