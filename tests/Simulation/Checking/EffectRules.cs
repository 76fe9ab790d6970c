using System.Runtime.CompilerServices;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>
/// Follows what the effects of each call make of its legs in the world, and refuses any that does not fit: a phone that rings on, a leg that is never ended,
/// a second answer. Runs before the events are taken and changes the effect side of the call models.
/// </summary>
internal static class EffectRules
{
    public static void Check(Mirror mirror, CommittedTurn turn, TurnFacts facts)
    {
        TakeCommand(mirror, turn.Input.Command);
        foreach (AddressedEffect addressed in turn.Result.Effects)
        {
            if (addressed.Effect is RestoreCall restore)
            {
                RestoreRules.Check(mirror, turn, addressed.Gateway, restore);
                continue;
            }

            if (addressed.Effect is TellDomain tell)
            {
                LendingRules.Tell(mirror, turn, addressed.Gateway, tell.Message);
                continue;
            }

            Take(mirror, turn, facts, addressed);
        }

        RestoreRules.CheckComplete(mirror, turn);
        foreach ((CallId id, CallView view) in facts.Calls)
        {
            if (view.Home is not null)
            {
                // Nobody is told of it but its home.
            }
            else if (view.State == CallState.Ended)
            {
                CheckEnd(mirror, turn, id);
            }
            else if (mirror.Calls.TryGetValue(id, out CallModel? call))
            {
                CheckLive(mirror, facts, call, view);
            }
        }
    }

    /// <summary>What the world already did by itself before it told us.</summary>
    private static void TakeCommand(Mirror mirror, Command command)
    {
        switch (command)
        {
            case CallerLeft left when mirror.Calls.TryGetValue(left.Call, out CallModel? call):
                call.CallerGone = true;
                break;
            case OfferFailed failed when mirror.Calls.TryGetValue(failed.Offer.Call, out CallModel? call):
                call.Open.Remove(failed.Offer);
                break;
            case AgentLegEnded ended when mirror.Calls.TryGetValue(ended.Offer.Call, out CallModel? call) && call.Connected == ended.Offer:
                call.Connected = null;
                break;
            default:
                break;
        }
    }

    private static void Take(Mirror mirror, CommittedTurn turn, TurnFacts facts, AddressedEffect addressed)
    {
        Effect effect = addressed.Effect;
        if (!mirror.Calls.TryGetValue(effect.Call, out CallModel? call))
        {
            throw new CheckFailure("effect-after-release", $"{effect} is of a call that was released or never came");
        }

        Require(addressed.Gateway == call.Gateway, "effect-gateway", effect, $"goes to {addressed.Gateway}, the call is at {call.Gateway}");
        switch (effect)
        {
            case RingCaller:
                call.CallerRung = true;
                break;
            case AnswerCaller:
                Require(!call.CallerAnswered && !call.CallerGone && !call.CallerEnded, "answer-caller-once", effect, "the caller is answered or gone");
                call.CallerAnswered = true;
                break;
            case PlayAnnouncement play:
                AnnouncementRules.Take(mirror, turn, call, play);
                break;
            case OfferCall offer:
                Require(call.Announcement is null, "announcement-offered", effect, $"the caller hears {call.Announcement}");
                TakeOffer(mirror, turn, facts, call, offer);
                break;
            case WithdrawOffer withdraw:
                Require(call.Open.Remove(withdraw.Offer), "withdraw-unknown", effect, "that offer does not ring");
                Require(CauseFits(facts, withdraw), "withdraw-cause", effect, "the offer did not end like that");
                call.Stopped.Add(withdraw.Offer, (facts.EndOf(withdraw.Offer)!.Agent, turn.NowMs));
                break;
            case ConnectCall connect:
                Require(call.Open.Remove(connect.Offer) && call.Connected is null, "double-connect", effect, $"connected is {call.Connected}");
                Require(!call.CallerGone && !call.CallerEnded, "connect-gone-caller", effect, "the caller is gone");
                call.Connected = connect.Offer;
                call.CallerAnswered = true;
                break;
            case EndAgentLeg end:
                Require(call.Connected == end.Offer, "end-agent-leg", effect, $"connected is {call.Connected}");
                call.Connected = null;
                call.AgentOwed = end;
                break;
            case EndCaller end:
                Require(!call.CallerGone && !call.CallerEnded, "end-caller-once", effect, "the caller is gone already");
                Require(end.SipStatus is >= 400 and <= 699 || (end is { SipStatus: 302, Contact: not null } && !call.CallerAnswered), "end-caller-status", effect, "is no final failure response");
                call.CallerEnded = true;
                call.CallerOwed = end;
                break;
            case ReleaseCall:
                Require(call.Open.Count == 0, "forgotten-withdraw", effect, $"{string.Join(',', call.Open)} still ring");
                Require(call.Connected is null, "forgotten-agent-leg", effect, $"{call.Connected} is still connected");
                Require(call.CallerGone || call.CallerEnded, "forgotten-caller", effect, "the caller's leg was never ended");
                Require(facts.Calls.TryGetValue(call.Id, out CallView? view) && view.State == CallState.Ended, "release-live", effect, "the call has not ended");
                Require(IsLast(turn, call.Id), "effect-after-release", effect, "is not the last effect of the call");
                break;
            default:
                break;
        }
    }

    private static void TakeOffer(Mirror mirror, CommittedTurn turn, TurnFacts facts, CallModel call, OfferCall offer)
    {
        OfferMade? made = facts.Made.Find(m => m.Offer == offer.Offer);
        Require(made is not null && made.Agent == offer.Agent && made.Queue == offer.Queue, "offer-without-event", offer, "no event says so");
        Require(call.Connected is null && !call.CallerGone && !call.CallerEnded, "double-connect", offer, "the call is connected or over");
        Require(!call.Open.Contains(offer.Offer), "offer-number", offer, "is repeated");
        Require(!call.LateOffer || call.CallerAnswered, "late-offer", offer, "the caller sent no SDP and is not answered yet");
        Require(offer.Targets.Count > 0, "offer-targets", offer, "has no target");
        if (LendingRules.IsLent(offer.Agent))
        {
            LendAgent? lend = turn.Input.Command is PeerSaid { Message: LendAgent said } peer && turn.IsFreshMessage && offer.Agent == AgentId.Of($"{said.Agent}@{peer.From}") ? said : null;
            Require(lend is not null && lend.Call == call.Id && lend.SipUser == offer.SipUser && lend.RingTimeoutMs == offer.RingTimeoutMs, "offer-lent", offer, "nobody lent that agent");
            Require(lend!.Targets.Select(target => target.Contact).SequenceEqual(offer.Targets.Select(target => target.Contact)), "offer-targets", offer, "are not the lender's");
            call.Open.Add(offer.Offer);
            return;
        }

        AgentModel agent = mirror.Agents[offer.Agent];
        foreach (PhoneBinding target in offer.Targets)
        {
            Require(agent.Bindings.ContainsKey(target.Contact) && target.ExpiresAtMs > turn.NowMs, "offer-targets", offer, $"{target.Contact} is not registered");
        }

        QueueConfiguration? queue = mirror.Queue(offer.Queue);
        Require(queue is not null && offer.RingTimeoutMs == queue.RingTimeoutMs, "offer-ring-time", offer, $"the queue says {queue?.RingTimeoutMs}");
        Require(agent.Configuration?.SipUser == offer.SipUser, "offer-user", offer, $"the agent's user is {agent.Configuration?.SipUser}");
        call.Open.Add(offer.Offer);
    }

    private static bool CauseFits(TurnFacts facts, WithdrawOffer withdraw) =>
        facts.EndOf(withdraw.Offer)?.Result switch
        {
            OfferResult.CallerLeft => withdraw.Cause == WithdrawCause.CallerLeft,
            OfferResult.NoAnswer => withdraw.Cause == WithdrawCause.NoAnswer,
            OfferResult.Withdrawn => withdraw.Cause is WithdrawCause.AgentUnavailable or WithdrawCause.CallMoved or WithdrawCause.AnsweredElsewhere,
            OfferResult.Unreachable => withdraw.Cause == WithdrawCause.AgentUnavailable,
            _ => false,
        };

    private static void CheckLive(Mirror mirror, TurnFacts facts, CallModel call, CallView view)
    {
        int made = facts.Made.FindAll(m => m.Offer.Call == call.Id).Count;
        int pending = mirror.OffersOf(call.Id).Count(offer => facts.EndOf(offer.Id) is null) + facts.Made.Count(m => m.Offer.Call == call.Id);
        if (view.State == CallState.Ringing && call.Open.Count > pending)
        {
            throw new CheckFailure("forgotten-withdraw", $"{call.Id} has {pending} offers, {string.Join(',', call.Open)} ring");
        }

        if (view.State == CallState.Ringing && call.Open.Count < pending)
        {
            throw new CheckFailure("offer-effect-lost", $"{call.Id} rings ({made} offers made in this turn, {pending} pending) and the phones that were told are {string.Join(',', call.Open)}");
        }

        if (view.State == CallState.Waiting && call.Open.Count > 0)
        {
            throw new CheckFailure("forgotten-withdraw", $"{call.Id} waits and {string.Join(',', call.Open)} still ring");
        }

        if (view.State == CallState.Talking && (call.Connected is null || call.Open.Count > 0))
        {
            throw new CheckFailure("connect-effect-lost", $"{call.Id} talks, connected {call.Connected}, ringing {call.Open.Count}");
        }

        AnswerMode mode = mirror.Queue(call.Queue)?.Answer ?? AnswerMode.OnQueue;
        if (view is { State: CallState.Waiting, SuspendedMs: null } && !call.CallerAnswered && mode != AnswerMode.OnAgent && view.Queue == call.Queue)
        {
            throw new CheckFailure("answer-mode", $"{call.Id} waits in {call.Queue} ({mode}) and the caller was not answered");
        }
    }

    private static void CheckEnd(Mirror mirror, CommittedTurn turn, CallId id)
    {
        foreach (AddressedEffect addressed in turn.Result.Effects)
        {
            if (addressed.Effect is ReleaseCall && addressed.Effect.Call == id)
            {
                return;
            }
        }

        if (mirror.Calls.ContainsKey(id))
        {
            throw new CheckFailure("release-lost", $"{id} ended and its gateway was not told to release it");
        }
    }

    private static bool IsLast(CommittedTurn turn, CallId call)
    {
        for (int i = turn.Result.Effects.Count - 1; i >= 0; i--)
        {
            if (turn.Result.Effects[i].Effect is not TellDomain && turn.Result.Effects[i].Effect.Call == call)
            {
                return turn.Result.Effects[i].Effect is ReleaseCall;
            }
        }

        return false;
    }

    private static void Require(bool holds, string rule, Effect effect, [InterpolatedStringHandlerArgument(nameof(holds))] FailureMessage why)
    {
        if (!holds)
        {
            throw new CheckFailure(rule, $"{effect}: {why.Take()}");
        }
    }
}
