using Routing.Contracts.Effects;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Mailbox.Delivery;
using Routing.Mailbox.Hosting;

namespace Routing.Mailbox.Lanes;

/// <summary>Lets out what a commit made durable: per turn the reply, then the effects, then the events. A handler that throws is logged and harms nobody else.</summary>
internal sealed class LaneRelease(LaneBatch batch, LaneClock clock, LaneOptions options, LaneInbox inbox, ITurnSink? turns, IMailboxLog log)
{
    private readonly Dictionary<GatewayId, IEffectSink> _sinks = [];
    private readonly List<IEffectSink> _bracketed = [];

    /// <summary>When effects whose sink threw are tried again, by the monotonic clock.</summary>
    public long ResendAtMs { get; private set; } = long.MaxValue;

    public void Release()
    {
        foreach (TurnRelease release in batch.Releases)
        {
            BeginTurn();
            try
            {
                AnswerAndDeliver(release);
            }
            finally
            {
                EndTurn();
            }

            if (release.Events is not null)
            {
                Publish(release.Domain, release.Events);
            }
        }

        foreach (LaneDomain domain in batch.Domains)
        {
            domain.Published = domain.Sequence;
        }
    }

    private void AnswerAndDeliver(in TurnRelease release)
    {
        if (release.Input is not null)
        {
            inbox.Answer(release.Input, release.Reply);
        }

        for (int i = release.EffectsFrom; i < release.EffectsTo; i++)
        {
            (GatewayOutbox outbox, long sequence, Effect effect) = batch.EffectAt(i);
            Deliver(release.Domain, outbox, sequence, effect);
        }
    }

    private void BeginTurn()
    {
        foreach (IEffectSink sink in _bracketed)
        {
            sink.BeginTurn();
        }
    }

    private void EndTurn()
    {
        foreach (IEffectSink sink in _bracketed)
        {
            sink.EndTurn();
        }
    }

    /// <summary>One sink of each scope. Between two turns only.</summary>
    private void FindBracketed()
    {
        _bracketed.Clear();
        HashSet<object> scopes = new(ReferenceEqualityComparer.Instance);
        foreach (IEffectSink sink in _sinks.Values)
        {
            if (sink.TurnScope is { } scope && scopes.Add(scope))
            {
                _bracketed.Add(sink);
            }
        }
    }

    public void Attach(List<LaneDomain> domains, GatewayId gateway, IEffectSink sink)
    {
        _sinks[gateway] = sink;
        FindBracketed();
        foreach (LaneDomain domain in domains)
        {
            if (domain.Outboxes.TryGetValue(gateway, out GatewayOutbox? outbox))
            {
                outbox.Sent = outbox.Acknowledged;
                DeliverAll(domain, outbox);
            }
        }
    }

    public void Detach(GatewayId gateway, IEffectSink sink)
    {
        if (_sinks.TryGetValue(gateway, out IEffectSink? current) && ReferenceEquals(current, sink))
        {
            _sinks.Remove(gateway);
            FindBracketed();
        }
    }

    /// <summary>Sends again what sinks refused.</summary>
    public void Resend(List<LaneDomain> domains)
    {
        if (clock.MonotonicMs < ResendAtMs)
        {
            return;
        }

        ResendAtMs = long.MaxValue;
        foreach (LaneDomain domain in domains)
        {
            DeliverPending(domain);
        }
    }

    /// <summary>After a load: events that were committed without being seen here (the commit's answer was lost), then all effects that are not acknowledged.</summary>
    public void PublishMissed(ILaneSession session, LaneDomain domain)
    {
        if (domain.Published >= 0 && domain.Published < domain.Sequence)
        {
            DomainLoader.ReadTurns(session, domain, domain.Published + 1, turn =>
            {
                if (TurnRecord.ReadEvents(turn) is { } events)
                {
                    Publish(domain, events);
                }
            });
        }

        domain.Published = domain.Sequence;
        DeliverPending(domain);
    }

    private void DeliverPending(LaneDomain domain)
    {
        foreach (GatewayOutbox outbox in domain.Outboxes.Values)
        {
            DeliverAll(domain, outbox);
        }
    }

    private void DeliverAll(LaneDomain domain, GatewayOutbox outbox)
    {
        foreach (PendingEffect pending in outbox.Pending)
        {
            if (pending.Sequence > outbox.Sent && !Send(domain, outbox, pending.Sequence, pending.Effect))
            {
                return;
            }
        }
    }

    private void Deliver(LaneDomain domain, GatewayOutbox outbox, long sequence, Effect effect)
    {
        // Behind one that was not sent: it waits for its turn in DeliverAll.
        if (outbox.Sent == sequence - 1)
        {
            Send(domain, outbox, sequence, effect);
        }
    }

    private bool Send(LaneDomain domain, GatewayOutbox outbox, long sequence, Effect effect)
    {
        if (!_sinks.TryGetValue(outbox.Gateway, out IEffectSink? sink))
        {
            return false;
        }

        try
        {
            sink.OnEffect(new EffectEnvelope(domain.Id, domain.Epoch, sequence, effect));
            outbox.Sent = sequence;
            return true;
        }
        catch (Exception exception)
        {
            if (exception is not SinkBusyException)
            {
                log.HandlerFailed("effect", exception);
            }

            ResendAtMs = clock.MonotonicMs + options.ResendMs;
            return false;
        }
    }

    private void Publish(LaneDomain domain, TurnEvents events)
    {
        try
        {
            turns?.OnTurn(domain.Id, events);
        }
        catch (Exception exception)
        {
            log.HandlerFailed("event", exception);
        }
    }
}
