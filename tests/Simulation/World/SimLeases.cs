using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;

namespace Routing.Simulation.World;

/// <summary>
/// A gateway's signs of life, and what it does when it may have been given up: effects wait until the domain has said that the lease held, and are dropped when it did not.
/// </summary>
internal sealed class SimLeases(SimWorld world, SimGateway gateway)
{
    private readonly Dictionary<DomainId, Lease> _leases = [];

    /// <summary>A command that is about to be sent may give the gateway something to lose.</summary>
    public void Notice(DomainId domain, Command command)
    {
        if (command is CallArrived)
        {
            Watch(domain, world.Clock.NowMs);
        }
        else if (command is RegisterPhone register)
        {
            Watch(domain, world.Clock.NowMs + (register.Changes.Select(static change => change.ExpiresSeconds).DefaultIfEmpty().Max() * 1_000L));
        }
    }

    /// <param name="domain">Where it has something now.</param>
    /// <param name="untilMs">Until when that may be there without a call.</param>
    /// <param name="heldFromMs">Since when the domain believes in it; null for now.</param>
    public void Watch(DomainId domain, long untilMs, long? heldFromMs = null)
    {
        if (world.Scenario.LeaseMs == 0)
        {
            return;
        }

        if (_leases.TryGetValue(domain, out Lease? known))
        {
            (known.UntilMs, known.Uses) = (Math.Max(known.UntilMs, untilMs), known.Uses + 1);
            return;
        }

        Lease lease = new() { HeldFromMs = heldFromMs ?? world.Clock.NowMs, UntilMs = untilMs };
        _leases.Add(domain, lease);
        SayAgain(domain, lease, gateway.Incarnation);
    }

    public void Forget() => _leases.Clear();

    /// <summary>True when the effect has to wait.</summary>
    public bool TryHold(EffectEnvelope envelope)
    {
        if (envelope.Effect is RestoreCall)
        {
            // The lease began with the announcement, which may be long ago for one that was frozen in its start.
            Watch(envelope.Domain, world.Clock.NowMs, gateway.StartedMs);
        }

        if (!_leases.TryGetValue(envelope.Domain, out Lease? lease) || (lease.Held.Count == 0 && IsValid(lease)))
        {
            return false;
        }

        world.Statistics.Count(envelope.Effect is RestoreCall ? "call handed back to a gateway that was frozen in its start" : "effect after the lease");
        lease.Held.Enqueue(envelope);
        Say(envelope.Domain, lease);
        return true;
    }

    private bool IsValid(Lease lease) => world.Clock.NowMs - lease.HeldFromMs < world.Scenario.LeaseMs;

    private void SayAgain(DomainId domain, Lease lease, long incarnation)
    {
        if (gateway.Incarnation == incarnation && _leases.GetValueOrDefault(domain) == lease)
        {
            // The answer to the last one may be lost.
            lease.IsAsked = false;
            Say(domain, lease);
            world.Clock.After(Math.Max(1, world.Scenario.LeaseMs / 3), () => gateway.Do(() => SayAgain(domain, lease, incarnation)));
        }
    }

    private void Say(DomainId domain, Lease lease)
    {
        if (lease.IsAsked)
        {
            return;
        }

        lease.IsAsked = true;
        long saidMs = world.Clock.NowMs;
        bool isIdle = IsIdle(domain, lease);
        long uses = lease.Uses;
        gateway.Send(domain, new GatewayAlive(gateway.Id, gateway.Incarnation, isIdle), reply =>
        {
            if (isIdle && reply.IsOk && lease.Uses == uses && IsIdle(domain, lease))
            {
                world.Statistics.Count("lease ended by its gateway");
                _leases.Remove(domain);
            }
            else
            {
                Hear(domain, lease, saidMs, reply);
            }
        });
    }

    private bool IsIdle(DomainId domain, Lease lease) => lease.Held.Count == 0 && lease.UntilMs <= world.Clock.NowMs && !gateway.HasCalls(domain);

    private void Hear(DomainId domain, Lease lease, long saidMs, CommandReply reply)
    {
        lease.IsAsked = false;
        if (reply.Code == ReplyCode.Conflict)
        {
            world.Statistics.Count("gateway given up alive");
            gateway.Crash();
            gateway.Start();
        }
        else if (reply.IsOk)
        {
            lease.HeldFromMs = Math.Max(lease.HeldFromMs, saidMs);
            if (!IsValid(lease))
            {
                Say(domain, lease);
            }

            while (IsValid(lease) && lease.Held.TryDequeue(out EffectEnvelope envelope))
            {
                gateway.Take(envelope);
            }
        }
    }

    private sealed class Lease
    {
        public long HeldFromMs { get; set; }

        public bool IsAsked { get; set; }

        public long UntilMs { get; set; }

        public long Uses { get; set; }

        public Queue<EffectEnvelope> Held { get; } = new();
    }
}
