using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Delivery;
using Routing.Mailbox.Hosting;

namespace Routing.Simulation.Engine;

/// <summary>
/// The connection of one life of a gateway with one lane: in order while it holds, and when it breaks, all that is under way is lost in both directions. The
/// gateway's side numbers its inputs and repeats them until they are answered; effects come again after each reconnect.
/// </summary>
internal sealed class Pipe
{
    private const int RepeatAfterMs = 2_500;
    private const int ReconnectMs = 400;
    private const int HoldsAtLeastMs = 3_000;

    /// <summary>Inputs of one domain that are under way: what comes after them waits, so that the lane still has the reply of each that it is asked for again.</summary>
    private const int WindowInputs = SenderWindow.SizeInputs / 2;

    private readonly SimEngine _engine;
    private readonly GatewayId _gateway;
    private readonly long _incarnation;
    private readonly SenderId _sender;
    private readonly int _lane;
    private readonly IEffectSink _sink;
    private readonly Dictionary<DomainId, Outgoing> _outgoing = [];
    private Attachment? _attachment;
    private int _connection;
    private long _holdsUntilMs;
    private long _lastToLaneMs;
    private long _lastToGatewayMs;
    private bool _closed;

    public Pipe(SimEngine engine, GatewayId gateway, long incarnation, int lane, IEffectSink sink)
    {
        _engine = engine;
        _gateway = gateway;
        _incarnation = incarnation;
        _sender = SenderId.Of(gateway.Value);
        _lane = lane;
        _sink = sink;
        Connect();
        Watch();
    }

    public int LaneNumber => _lane;

    public GatewayId Gateway => _gateway;

    public void Send(DomainId domain, Command command, Action<CommandReply> onReply)
    {
        if (!_outgoing.TryGetValue(domain, out Outgoing? outgoing))
        {
            outgoing = new Outgoing();
            _outgoing.Add(domain, outgoing);
        }

        var input = new PendingInput(++outgoing.Last, command, onReply);
        outgoing.Pending.Enqueue(input);
        if (outgoing.Pending.Count <= WindowInputs)
        {
            outgoing.Sent = input.Number;
            Transmit(domain, input);
        }
    }

    public void Acknowledge(DomainId domain, long sequence) => ToLane(life =>
    {
        _engine.LedgerOf(domain).EffectsOf(_gateway).Acknowledge(sequence);
        life.Lane!.Acknowledge(domain, _gateway, sequence);
    });

    /// <summary>An effect leaves the lane.</summary>
    public void Deliver(Attachment from, EffectEnvelope envelope)
    {
        if (from.Connection != _connection || !from.Life.LetsOut())
        {
            return;
        }

        bool isOwner = from.Life == _engine.LifeOf(_lane) && !from.Life.IsContested;
        _engine.Guard(() => _engine.LedgerOf(envelope.Domain).EffectsOf(_gateway).CheckDelivered(envelope, isOwner));
        ToGateway(() => _sink.OnEffect(envelope));
        if (from.Connection == _connection && _engine.Random.Chance(_engine.Scenario.DuplicatePerMille))
        {
            ToGateway(() => _sink.OnEffect(envelope));
        }
    }

    /// <summary>Called by mutants.</summary>
    public void Leak(EffectEnvelope envelope)
    {
        if (_attachment is { } attachment)
        {
            Deliver(attachment, envelope);
        }
    }

    public void Close()
    {
        _closed = true;
        Break();
    }

    /// <summary>The connection breaks; a while later it is there again.</summary>
    public void Break()
    {
        _connection++;
        if (_attachment is { } attachment)
        {
            attachment.Life.Lane!.Detach(_gateway, attachment);
            _attachment = null;
        }

        if (!_closed)
        {
            _engine.Clock.After(ReconnectMs, Connect);
        }
    }

    private void Connect()
    {
        if (_closed || _attachment is not null)
        {
            return;
        }

        LaneLife life = _engine.LifeOf(_lane);
        if (life.IsDead || life.Lane is null)
        {
            _engine.Clock.After(ReconnectMs, Connect);
            return;
        }

        _attachment = new Attachment(this, life, _connection);
        life.Lane.Attach(_gateway, _attachment);
        _engine.Kick(life);
        Repeat();
    }

    /// <summary>Looks for a lane that died, and for inputs whose answer does not come.</summary>
    private void Watch() => _engine.Clock.After(RepeatAfterMs, () =>
    {
        if (_closed)
        {
            return;
        }

        if (_attachment is { Life.IsDead: true })
        {
            Break();
        }
        else
        {
            Repeat();
        }

        Watch();
    });

    private void Repeat()
    {
        foreach ((DomainId domain, Outgoing outgoing) in _outgoing)
        {
            foreach (PendingInput input in outgoing.Pending.Take(WindowInputs).ToArray())
            {
                outgoing.Sent = Math.Max(outgoing.Sent, input.Number);
                Transmit(domain, input);
            }
        }
    }

    /// <summary>What waited for room.</summary>
    private void Fill(DomainId domain, Outgoing outgoing)
    {
        if (outgoing.Sent == outgoing.Last)
        {
            return;
        }

        foreach (PendingInput input in outgoing.Pending.Take(WindowInputs).Where(input => input.Number > outgoing.Sent).ToArray())
        {
            outgoing.Sent = input.Number;
            Transmit(domain, input);
        }
    }

    private void Transmit(DomainId domain, PendingInput input)
    {
        ToLane(life => Post(life, domain, input));
        if (_engine.Random.Chance(_engine.Scenario.DuplicatePerMille))
        {
            ToLane(life => Post(life, domain, input));
        }
    }

    private void Post(LaneLife life, DomainId domain, PendingInput input)
    {
        int connection = _connection;
        life.Lane!.Post(new LaneInput(domain, _sender, _incarnation, input.Command, reply => Replied(life, connection, domain, input, reply))
        {
            Sequence = _engine.Mutant is { BreaksDedupe: true } ? 0 : input.Number,
        });
        _engine.Kick(life);
    }

    private void Replied(LaneLife life, int connection, DomainId domain, PendingInput input, CommandReply reply)
    {
        if (!life.LetsOut() || connection != _connection)
        {
            return;
        }

        _engine.Guard(() => _engine.LedgerOf(domain).CheckReply(input.Command, reply));
        if (reply.Code == ReplyCode.Unavailable)
        {
            return;
        }

        ToGateway(() =>
        {
            input.Reply ??= reply;
            Queue<PendingInput> pending = _outgoing[domain].Pending;
            while (pending.TryPeek(out PendingInput? first) && first.Reply is { } known)
            {
                pending.Dequeue();
                first.OnReply(known);
            }

            Fill(domain, _outgoing[domain]);
        });
    }

    private void ToLane(Action<LaneLife> action)
    {
        if (Lost() || _attachment?.Life is not { } life)
        {
            return;
        }

        int connection = _connection;
        _lastToLaneMs = Math.Max(_lastToLaneMs, _engine.Clock.NowMs + _engine.NetworkDelayMs());
        _engine.Clock.At(_lastToLaneMs, () =>
        {
            if (connection == _connection && !life.IsDead)
            {
                action(life);
            }
        });
    }

    private void ToGateway(Action action)
    {
        if (Lost())
        {
            return;
        }

        int connection = _connection;
        _lastToGatewayMs = Math.Max(_lastToGatewayMs, _engine.Clock.NowMs + _engine.NetworkDelayMs());
        _engine.Clock.At(_lastToGatewayMs, () =>
        {
            if (connection == _connection && !_closed)
            {
                action();
            }
        });
    }

    private bool Lost()
    {
        // A connection that breaks again before anything was acknowledged would never come through a burst of repeats.
        if (_engine.Clock.NowMs < _holdsUntilMs || !_engine.Random.Chance(_engine.Scenario.DropPerMille))
        {
            return false;
        }

        _holdsUntilMs = _engine.Clock.NowMs + HoldsAtLeastMs;

        _engine.Statistics.Count("fault connection broken");
        Break();
        return true;
    }

    private sealed class Outgoing
    {
        public long Last { get; set; }

        /// <summary>The last one that went out at all.</summary>
        public long Sent { get; set; }

        public Queue<PendingInput> Pending { get; } = new();
    }

    private sealed class PendingInput(long number, Command command, Action<CommandReply> onReply)
    {
        public long Number { get; } = number;

        public Command Command { get; } = command;

        public Action<CommandReply> OnReply { get; } = onReply;

        public CommandReply? Reply { get; set; }
    }
}
