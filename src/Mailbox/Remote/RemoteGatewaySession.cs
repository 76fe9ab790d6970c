using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;

namespace Routing.Mailbox.Remote;

/// <summary>A gateway's session with all silos of the cluster.</summary>
internal sealed class RemoteGatewaySession(RemoteHost host, GatewayId gateway, long incarnation, IEffectSink sink, IMailboxLog log) : IGatewaySession
{
    private readonly DeliveryQueue _deliveries = new();
    private readonly Dictionary<DomainId, Queue<EffectEnvelope>> _refused = [];
    private volatile bool _closed;

    public GatewayId Gateway { get; } = gateway;

    public SenderId Sender { get; } = SenderId.Of(gateway.Value);

    public long Incarnation { get; } = incarnation;

    public void Send(DomainId domain, Command command, Action<CommandReply> onReply)
    {
        if (_closed)
        {
            onReply(new CommandReply(ReplyCode.Unavailable, "The session was closed."));
        }
        else
        {
            host.Send(this, domain, command, onReply);
        }
    }

    public void Acknowledge(DomainId domain, long sequence)
    {
        if (!_closed)
        {
            host.Acknowledge(Gateway, domain, sequence);
        }
    }

    public void Dispose() => host.CloseSession(this);

    internal void End() => _closed = true;

    /// <summary>Asks a silo for its effects, when there is a link.</summary>
    internal void Attach(ILinkChannel? channel) => channel?.Send(FrameWriter.Begin(LinkFrameKind.Attach).Text(Gateway.Value).Number(Incarnation).Written);

    /// <summary>Lets out what waits, on this thread. No lock is held.</summary>
    internal void Run() => _deliveries.Run();

    /// <summary>Lets out what one turn says, in one piece, with <see cref="Run"/>.</summary>
    internal void Add(TurnDelivery turn) => _deliveries.Add(() =>
    {
        sink.BeginTurn();
        try
        {
            foreach ((RemoteInput input, CommandReply reply) in turn.Answers)
            {
                input.Answer(reply, log);
            }

            foreach (EffectEnvelope effect in turn.Effects)
            {
                Deliver(effect);
            }
        }
        finally
        {
            sink.EndTurn();
        }
    });

    /// <summary>Tries again what the sink refused.</summary>
    internal void AddRetry() => _deliveries.Add(() =>
    {
        foreach (DomainId domain in _refused.Keys.ToArray())
        {
            Queue<EffectEnvelope> waiting = _refused[domain];
            while (waiting.TryPeek(out EffectEnvelope effect) && TryDeliver(effect))
            {
                waiting.Dequeue();
            }

            if (waiting.Count == 0)
            {
                _refused.Remove(domain);
            }
        }
    });

    /// <summary>A new way to the owner of these domains brings everything again that is not acknowledged.</summary>
    internal void AddForget(IReadOnlyList<DomainId> domains) => _deliveries.Add(() =>
    {
        foreach (DomainId domain in domains)
        {
            _refused.Remove(domain);
        }
    });

    /// <summary>Their effects are numbered anew from here on.</summary>
    internal void AddStartOver(IReadOnlyList<DomainId> domains) => _deliveries.Add(() =>
    {
        foreach (DomainId domain in domains)
        {
            _refused.Remove(domain);
            try
            {
                sink.OnStartOver(domain);
            }
            catch (Exception exception)
            {
                log.HandlerFailed("start over", exception);
            }
        }
    });

    private void Deliver(EffectEnvelope effect)
    {
        if (_refused.TryGetValue(effect.Domain, out Queue<EffectEnvelope>? waiting))
        {
            // Nothing overtakes what the sink refused.
            waiting.Enqueue(effect);
        }
        else if (!TryDeliver(effect))
        {
            _refused.Add(effect.Domain, new Queue<EffectEnvelope>([effect]));
        }
    }

    private bool TryDeliver(EffectEnvelope effect)
    {
        if (_closed)
        {
            return true;
        }

        try
        {
            sink.OnEffect(effect);
            return true;
        }
        catch (Exception exception)
        {
            if (exception is not SinkBusyException)
            {
                log.HandlerFailed("effect", exception);
            }

            return false;
        }
    }
}
