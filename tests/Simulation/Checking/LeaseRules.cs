using System.Runtime.CompilerServices;
using Routing.Contracts.Commands;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>
/// Calls are suspended exactly while their gateway is given up, which it is when it was silent for its lease and until it begins again; suspended calls ring nobody, and end after the grace and not before.
/// </summary>
internal static class LeaseRules
{
    /// <summary>Before the other rules: what the command says of a gateway, and the replies that depend on it.</summary>
    public static void Begin(Mirror mirror, CommittedTurn turn)
    {
        switch (turn.Input.Command)
        {
            case GatewayStarted started when !mirror.Gateways.TryGetValue(started.Gateway, out GatewayModel? known) || started.Incarnation > known.Incarnation:
                Start(mirror, started, turn.NowMs);
                Require(turn.Result.Reply.HasLease == mirror.Gateways[started.Gateway].UntilMs > 0, "lease-reply", $"{started} got {turn.Result.Reply}");
                break;
            case GatewayAlive alive:
                bool isBelieved = mirror.Gateways.TryGetValue(alive.Gateway, out GatewayModel? living) && living.Incarnation == alive.Incarnation && !living.HasLapsed;
                Require(turn.Result.Reply.Code == (isBelieved ? ReplyCode.Ok : ReplyCode.Conflict), "lease-reply", $"{alive} got {turn.Result.Reply}, believed in: {isBelieved}");
                if (isBelieved && living!.LeaseMs > 0)
                {
                    bool isOver = alive.IsIdle && mirror.Calls.Values.All(call => call.Gateway != alive.Gateway);
                    (living.UntilMs, living.LateCount) = (isOver ? 0 : turn.NowMs + living.LeaseMs, 0);
                }

                break;
            case CallArrived arrived when !mirror.Calls.ContainsKey(arrived.Call) && !mirror.Ended.ContainsKey(arrived.Call):
                Use(mirror, arrived.Gateway, turn.NowMs);
                break;
            case RegisterPhone register:
                Use(mirror, register.Gateway, turn.NowMs);
                break;
            case Resume resume:
                foreach (GatewayModel gateway in mirror.Gateways.Values.Where(gateway => gateway.UntilMs > 0 && resume.DownForMs > 0))
                {
                    (gateway.UntilMs, gateway.LateCount) = (Math.Max(gateway.UntilMs + resume.DownForMs, turn.NowMs + gateway.LeaseMs), 0);
                }

                break;
            case TimerDue { Name: "lease" }:
                foreach (GatewayModel gateway in mirror.Gateways.Values.Where(gateway => gateway.UntilMs > 0 && gateway.UntilMs <= turn.NowMs))
                {
                    // A timer that is late tells of a domain that stalled: nobody could be heard. Late for the third time it tells of nothing.
                    gateway.LateCount = turn.NowMs - gateway.UntilMs < 1_000 ? 0 : gateway.LateCount + 1;
                    gateway.HasLapsed = gateway.LateCount is 0 or > 2;
                    gateway.UntilMs = gateway.HasLapsed ? 0 : turn.NowMs + gateway.LeaseMs;
                }

                break;
            default:
                break;
        }
    }

    /// <summary>With the mirror as of the end of the turn.</summary>
    public static void Check(Mirror mirror, CommittedTurn turn, TurnFacts facts)
    {
        foreach (CallModel call in mirror.Calls.Values)
        {
            CallView view = call.Seen;
            bool isSilent = HasLapsed(mirror, call.Gateway) && view.State != CallState.Announcing;
            Require(view.SuspendedMs is not null == isSilent, "suspension", $"{call.Id} is {view.State}, suspended since {view.SuspendedMs}, its gateway given up: {isSilent}");
            Require(view.SuspendedMs is null || view.State != CallState.Ringing, "suspension", $"{call.Id} is suspended and rings {view.Agent}");
            Require(view.SuspendedMs is not { } sinceMs || !turn.TimersDone || GraceOverMs(mirror, call.Gateway, sinceMs) > turn.NowMs, "timer-lost", $"{call.Id} is suspended since {view.SuspendedMs}, now {turn.NowMs}");
        }

        foreach (OfferMade made in facts.Made)
        {
            Require(!mirror.Calls.TryGetValue(made.Offer.Call, out CallModel? call) || !HasLapsed(mirror, call.Gateway), "suspension", $"{made.Offer} is of a suspended call");
        }

        foreach ((GatewayId id, GatewayModel gateway) in mirror.Gateways)
        {
            Require(!turn.TimersDone || gateway.UntilMs == 0 || gateway.UntilMs > turn.NowMs, "timer-lost", $"{id} was to be heard by {gateway.UntilMs}, now {turn.NowMs}");
        }
    }

    public static bool HasLapsed(Mirror mirror, GatewayId gateway) => mirror.Gateways.TryGetValue(gateway, out GatewayModel? model) && model.HasLapsed;

    /// <summary>A call may end as its gateway's: after the grace, and answered when it talked.</summary>
    public static bool MayGiveUp(Mirror mirror, CallView before, CallView after, long nowMs) =>
        before.SuspendedMs is { } sinceMs && GraceOverMs(mirror, mirror.Calls[before.Id].Gateway, sinceMs) <= nowMs
        && after.Outcome == (before.State == CallState.Talking ? CallOutcome.Answered : CallOutcome.Failed);

    private static long GraceOverMs(Mirror mirror, GatewayId gateway, long sinceMs) => sinceMs + mirror.Gateways[gateway].GraceMs;

    /// <summary>A new life: what was suspended waits on from where it stood.</summary>
    private static void Start(Mirror mirror, GatewayStarted started, long nowMs)
    {
        GatewayModel gateway = new() { Incarnation = started.Incarnation, LeaseMs = started.LeaseMs, GraceMs = started.GraceMs };
        mirror.Gateways[started.Gateway] = gateway;
        foreach (CallModel call in mirror.Calls.Values.Where(call => call.Gateway == started.Gateway))
        {
            call.ShiftMs += call.Seen.SuspendedMs is { } sinceMs ? nowMs - sinceMs : 0;
            gateway.UntilMs = started.LeaseMs > 0 ? nowMs + started.LeaseMs : 0;
        }

        bool hasPhones = mirror.Agents.Values.Any(agent => agent.Bindings.Any(phone => phone.Value > nowMs && agent.Holders[phone.Key] == started.Gateway));
        gateway.UntilMs = hasPhones && started.LeaseMs > 0 ? nowMs + started.LeaseMs : gateway.UntilMs;
    }

    private static void Use(Mirror mirror, GatewayId id, long nowMs)
    {
        if (mirror.Gateways.TryGetValue(id, out GatewayModel? gateway) && gateway is { HasLapsed: false, UntilMs: 0, LeaseMs: > 0 })
        {
            gateway.UntilMs = nowMs + gateway.LeaseMs;
        }
    }

    private static void Require(bool holds, string rule, [InterpolatedStringHandlerArgument(nameof(holds))] FailureMessage message)
    {
        if (!holds)
        {
            throw new CheckFailure(rule, message.Take());
        }
    }
}
