using Routing.Contracts.Commands;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Simulation.Checking;
using Routing.Simulation.Running;

namespace Routing.Simulation.Engine;

/// <summary>
/// What is committed of one domain, as seen from between machine and store: each turn is checked when it becomes durable, exactly once, whatever the engine
/// was told of it. Also keeps the rows, the effects and the replies that the engine must come up with afterwards.
/// </summary>
internal sealed class DomainLedger(
    DomainId domain,
    IDomainMachineFactory factory,
    SimulationOptions options,
    SimRandom random,
    Trace trace,
    Statistics statistics)
{
    /// <summary>Replies are remembered for this many turns: longer than any repeat is under way.</summary>
    private const int RepliesKeptCount = 50_000;

    /// <summary>Turns between the loading and the activation of a shadow.</summary>
    private const int FollowedLimitTurns = 64;

    private readonly Dictionary<Command, CommandReply> _replies = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<Command> _replyOrder = new();
    private readonly List<CommittedTurn> _doubt = [];
    private Shadow? _shadow;

    public DomainId Domain { get; } = domain;

    public DomainChecker Checker { get; } = new(domain, checksOutlook: options.Mutant is not { BelievesAnother: true });

    public RowTable Rows { get; } = new();

    public Dictionary<GatewayId, EffectLedger> Effects { get; } = [];

    public long Committed => Checker.Mirror.Sequence;

    public long NextTimerDueMs { get; private set; } = long.MaxValue;

    /// <summary>These turns are durable.</summary>
    public void Commit(List<CommittedTurn> turns)
    {
        foreach (CommittedTurn turn in turns)
        {
            Take(turn);
        }

        turns.Clear();
    }

    /// <summary>These may be durable: the next reading tells.</summary>
    public void Doubt(List<CommittedTurn> turns)
    {
        _doubt.Clear();
        _doubt.AddRange(turns);
        turns.Clear();
    }

    /// <summary>A new owner read how far the domain came.</summary>
    public void Read(long sequence)
    {
        foreach (CommittedTurn turn in _doubt)
        {
            if (turn.Input.Sequence <= sequence && turn.Input.Sequence > Committed)
            {
                Take(turn);
            }
        }

        _doubt.Clear();
        if (sequence != Committed)
        {
            throw new CheckFailure("durability", $"{Domain}: the store says {sequence} turns, committed were {Committed}");
        }
    }

    /// <summary>A loaded row must be what was committed last.</summary>
    public void CheckRow(StoredRow row)
    {
        if (!Rows.TryGet(row.Key, out ReadOnlyMemory<byte> bytes) || !bytes.Span.SequenceEqual(row.Bytes.Span))
        {
            throw new CheckFailure("stored-rows", $"{Domain}: row {row.Key} was loaded and is not what was committed");
        }
    }

    /// <summary>A reply leaves: only after the commit of its turn, and the one that the turn gave.</summary>
    public void CheckReply(Command command, CommandReply reply)
    {
        if (reply.Code is ReplyCode.Unavailable or ReplyCode.Failed)
        {
            return;
        }

        if (!_replies.TryGetValue(command, out CommandReply? committed))
        {
            throw new CheckFailure("reply-before-commit", $"{command} was answered {reply}, and no committed turn took it");
        }

        if (committed.Code != reply.Code)
        {
            throw new CheckFailure("reply-changed", $"{command} was answered {reply}, its turn said {committed}");
        }
    }

    public EffectLedger EffectsOf(GatewayId gateway)
    {
        if (!Effects.TryGetValue(gateway, out EffectLedger? ledger))
        {
            ledger = new EffectLedger();
            Effects.Add(gateway, ledger);
        }

        return ledger;
    }

    private void Take(CommittedTurn turn)
    {
        trace.Add(turn);
        Command command = turn.Input.Command;
        statistics.Count($"met {command.GetType().Name} {Coverage.StateMet(Checker.Mirror, command)}");
        if (command is not TimerDue and not Resume)
        {
            if (!_replies.TryAdd(command, turn.Result.Reply))
            {
                throw new CheckFailure("executed-twice", $"{command} was taken by two committed turns");
            }

            _replyOrder.Enqueue(command);
            if (_replyOrder.Count > RepliesKeptCount)
            {
                _replies.Remove(_replyOrder.Dequeue());
            }
        }

        foreach (WhyRecord why in turn.Result.Events.OfType<OfferMade>().Select(made => made.Why))
        {
            statistics.Count($"decided by {why.Rule}, {why.Trigger}");
            foreach (string reason in why.Excluded.Select(excluded => excluded.Reason))
            {
                statistics.Count($"passed over: {reason}");
            }
        }

        foreach (AddressedEffect effect in turn.Result.Effects)
        {
            EffectsOf(effect.Gateway).Add(effect.Effect, turn.NowMs);
        }

        NextTimerDueMs = turn.NextTimerDueMs;
        Checker.Check(turn);
        _shadow?.Turn(turn);
        foreach (RowChange change in turn.Result.Rows)
        {
            Rows.Apply(change);
        }

        _shadow?.Committed(turn);
        if (random.Chance(options.ShadowPerMille))
        {
            // Half of them follow for a while before they are activated: nothing is drawn for it, so that seeds mean what they did.
            int followedTurns = turn.Input.Random % 2 == 0 ? 0 : (int)(turn.Input.Random >> 8 & 0x7FFF_FFFF) % FollowedLimitTurns;
            _shadow = new Shadow(factory.Create(Domain), Rows, factory, followedTurns);
        }
    }
}
