using System.Runtime.CompilerServices;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>
/// A lent agent who did not take a call is not rung for it again within the cool-off of the lender's queue, whatever attempts lie between. The lender says how long that is, home with each attempt how much of it is left;
/// and what both have committed is compared, whatever they said.
/// </summary>
internal static class LentCoolOffRules
{
    private const int MaxToldCount = 32;
    private const long GraceMs = 30_000;

    /// <summary>The guest of a new attempt: whom home names is left in peace by it.</summary>
    public static void Take(CallModel guest, SeekAgent seek, long nowMs)
    {
        foreach (AgentCoolOff coolOff in seek.CoolOffs)
        {
            guest.CoolOffUntilMs[coolOff.Agent] = nowMs + coolOff.LeftMs;
        }
    }

    /// <summary>A lent agent did not take the call.</summary>
    public static void Failed(Mirror mirror, CommittedTurn turn, OfferEnded ended)
    {
        if (ended.Result is OfferResult.Declined or OfferResult.NoAnswer or OfferResult.Unreachable
            && mirror.Calls.TryGetValue(ended.Offer.Call, out CallModel? call) && mirror.Lent.TryGetValue(ended.Offer, out (DomainId Lender, LendAgent Lend) loan))
        {
            call.CoolOffUntilMs[ended.Agent] = turn.NowMs + loan.Lend.CoolOffMs;
            call.LentFirstMs[ended.Agent] = loan.Lend.UntilMs - loan.Lend.RingTimeoutMs - GraceMs;
        }
    }

    /// <summary>After the events were taken.</summary>
    public static void Check(Mirror mirror, CommittedTurn turn)
    {
        foreach (AddressedEffect effect in turn.Result.Effects)
        {
            if (effect.Effect is TellDomain tell)
            {
                CheckWord(mirror, turn, DomainId.Of(effect.Gateway.Value["domain:".Length..]), tell.Message);
            }
        }
    }

    /// <summary>Only while the lender's configuration is that of the first loan: another one may have another cool-off, and who failed meets the one in force.</summary>
    public static void CheckAcross(IReadOnlyDictionary<DomainId, Mirror> mirrors)
    {
        foreach ((DomainId home, Mirror mirror) in mirrors)
        {
            foreach (OfferModel offer in mirror.Offers.Values)
            {
                if (mirror.Lent.TryGetValue(offer.Id, out (DomainId Lender, LendAgent Lend) loan) && mirror.Calls.TryGetValue(offer.Id.Call, out CallModel? call))
                {
                    bool isAgain = call.IsCooling(offer.Agent, offer.OfferedMs) && mirrors[loan.Lender].ConfiguredMs < call.LentFirstMs[offer.Agent];
                    Require(!isAgain, $"{offer.Id} of {home} rings {offer.Agent} at {offer.OfferedMs}, who did not take it and was to be left in peace until {call.CoolOffUntilMs.GetValueOrDefault(offer.Agent)}");
                }
            }
        }
    }

    private static void CheckWord(Mirror mirror, CommittedTurn turn, DomainId to, PeerMessage word)
    {
        if (word is LendAgent lend && mirror.Calls.TryGetValue(LendingRules.GuestOf(to, lend), out CallModel? guest))
        {
            QueueConfiguration? queue = mirror.Queue(guest.Queue);
            Require(lend.CoolOffMs == queue?.CoolOffMs, $"{lend}: queue {guest.Queue} has a cool-off of {queue?.CoolOffMs} ms");
        }
        else if (word is SeekAgent seek && mirror.Calls.TryGetValue(seek.Call, out CallModel? call))
        {
            string suffix = $"@{to}";
            AgentCoolOff[] expected =
            [
                .. call.CoolOffUntilMs.Where(known => known.Value > turn.NowMs && known.Key.Value.EndsWith(suffix, StringComparison.Ordinal))
                    .Select(known => new AgentCoolOff(AgentId.Of(known.Key.Value[..^suffix.Length]), (int)(known.Value - turn.NowMs))),
            ];
            bool isTold = seek.CoolOffs.Count == Math.Min(expected.Length, MaxToldCount) && seek.CoolOffs.All(expected.Contains);
            Require(isTold, $"{seek} names {string.Join(", ", seek.CoolOffs)}, expected {string.Join<AgentCoolOff>(", ", expected)}");
        }
    }

    private static void Require(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] FailureMessage message)
    {
        if (!holds)
        {
            throw new CheckFailure("lent-cool-off", message.Take());
        }
    }
}
