using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Grains.Agent;
using Routing.Grains.Call;
using Routing.Grains.Configuration;
using Routing.Grains.Customer;
using Routing.Grains.Matching;
using Routing.Grains.Queue;
using Routing.Grains.Records;

namespace Routing.Grains.Domain;

/// <summary>What handlers see of a turn: its time, its chance, the configuration, and the ways to have an effect. One object, begun anew for every turn.</summary>
internal sealed class TurnContext(DomainState state, DomainLimits limits)
{
    /// <summary>Items that a list keeps room for between turns.</summary>
    private const int KeptCapacityCount = 256;

    private readonly Queue<Envelope> _messages = new();
    private readonly List<Grain> _touched = [];
    private readonly Dictionary<RowKey, ReadOnlyMemory<byte>?> _coldRows = [];
    private readonly RecordWriter _rowWriter = new();
    private readonly List<(RowChange Row, int Number)> _rows = [];
    private readonly List<AddressedEffect> _effects = [];
    private readonly List<DomainEvent> _events = [];
    private TurnInput? _input;

    public DomainLimits Limits => limits;

    /// <summary>The domain's own grain.</summary>
    public DomainGrain Domain => state.Domain;

    public long NowMs => Input.NowMs;

    public long Sequence => Input.Sequence;

    /// <summary>Grains whose row or view the turn changed so far.</summary>
    public IReadOnlyList<Grain> Touched => _touched;

    /// <summary>The turn's random number.</summary>
    public ulong Random => Input.Random;

    public DomainPlan Plan => state.Plan;

    public Matcher Matching => state.Matcher;

    public int MessagesCount { get; private set; }

    /// <summary>A writer for handlers, never held over a call of another one.</summary>
    public RecordWriter Scratch { get; } = new();

    private TurnInput Input => _input ?? throw new InvalidOperationException("No turn is running.");

    public void Begin(TurnInput input, List<RowKey> named)
    {
        _input = input;
        _messages.Clear();
        _touched.Clear();
        _coldRows.Clear();
        Reuse(_rows);
        Reuse(_effects);
        Reuse(_events);
        MessagesCount = 0;
        Matching.CandidatesTouched = 0;
        foreach (RowKey key in named)
        {
            _coldRows[key] = null;
        }

        foreach (StoredRow row in input.ColdRows)
        {
            _coldRows[row.Key] = row.Bytes;
        }
    }

    public void Send(RowKey to, GrainMessage message) => _messages.Enqueue(new Envelope(to, message));

    public void Emit(GatewayId gateway, Effect effect) => _effects.Add(new AddressedEffect(gateway, effect));

    /// <summary>Says something to another domain: it lies in the outbox like an effect to a gateway.</summary>
    public void Tell(DomainId domain, PeerMessage message)
    {
        Emit(PeerAddress.Of(domain), new TellDomain(message.Call, message));
        state.Domain.Told(domain, this);
    }

    public void Event(DomainEvent domainEvent) => _events.Add(domainEvent);

    /// <summary>Has the grain's row written at the end of the turn and, unless only readers would see no difference, its view said.</summary>
    public void Touch(Grain grain, bool isView = true)
    {
        List(grain);
        grain.IsRowTouched = true;
        grain.IsViewTouched |= isView;
    }

    /// <summary>Has the grain's view said though its row stays as it is: the configuration changed it.</summary>
    public void Show(Grain grain)
    {
        List(grain);
        grain.IsViewTouched = true;
    }

    /// <summary>Has the grain's row deleted at the end of the turn, and the grain forgotten.</summary>
    public void Remove(Grain grain)
    {
        Touch(grain);
        grain.IsRemoved = true;
    }

    /// <summary>Writes a row that is not a resident grain's.</summary>
    public void PutRow(RowKey key, ReadOnlyMemory<byte> bytes, long? expiresAtMs = null) => Add(new RowChange(key, bytes, expiresAtMs));

    public void DeleteRow(RowKey key) => Add(new RowChange(key, null));

    /// <summary>A row that the input named, or null when the store has none. Touching one that was not named is an error.</summary>
    public ReadOnlyMemory<byte>? ColdRow(RowKey key) => _coldRows.TryGetValue(key, out ReadOnlyMemory<byte>? bytes)
        ? bytes
        : throw new InvalidOperationException($"{Input.Command.GetType().Name} touches the row {key} and did not name it.");

    public void AddClosing(ClosingGrain closing) => state.AddClosing(closing);

    /// <summary>Calls that ended, to be forgotten at a time before <paramref name="beforeMs"/>, the first ones.</summary>
    public List<ClosingGrain> ListClosing(long beforeMs, int limitCount)
    {
        List<ClosingGrain> list = [];
        foreach (ClosingCall closing in state.ClosingInOrder)
        {
            if (closing.UntilMs >= beforeMs || list.Count == limitCount)
            {
                break;
            }

            list.Add(closing.Call);
        }

        return list;
    }

    /// <summary>The live calls of a gateway, in the order of their arrival.</summary>
    public List<CallGrain> ListCallsOf(GatewayId gateway)
    {
        List<CallGrain> calls = [];
        foreach (LiveCall live in state.CallsInOrder)
        {
            if (live.Call.Record.Gateway == gateway)
            {
                calls.Add(live.Call);
            }
        }

        return calls;
    }

    /// <summary>True when the gateway was given up: nothing is reached through it.</summary>
    public bool HasLapsed(GatewayId gateway) => LapsedMs(gateway) > 0;

    /// <summary>When the gateway was given up; 0 for one that was not.</summary>
    public long LapsedMs(GatewayId gateway) => state.Domain.Find(gateway)?.LapsedMs ?? 0;

    public CallGrain? FindCall(CallId call) => state.Calls.GetValueOrDefault(call) is { IsRemoved: false } found ? found : null;

    public AgentGrain? FindAgent(AgentId agent) => state.Agents.GetValueOrDefault(agent);

    /// <summary>The customer of a live call.</summary>
    public CustomerGrain? FindCustomer(CustomerId customer) => state.Customers.GetValueOrDefault(customer);

    public QueueGrain? FindQueue(QueueId queue) => state.Queues.GetValueOrDefault(queue);

    /// <summary>Something is to be delivered: calls that nobody is free for were told so, and may be led into another line.</summary>
    public bool HasMessages => _messages.Count > 0;

    /// <summary>Delivers messages, in the order they were sent, until there are none.</summary>
    public void Deliver()
    {
        while (_messages.TryDequeue(out Envelope envelope))
        {
            if (++MessagesCount > limits.MaxMessagesCount)
            {
                throw new InvalidOperationException($"A turn may deliver {limits.MaxMessagesCount} messages; {Input.Command.GetType().Name} needs more.");
            }

            Grain grain = state.Find(envelope.To) ?? throw new InvalidOperationException($"{envelope.Message.GetType().Name} for {envelope.To}, which is not there.");
            grain.Receive(envelope.Message, this);
        }
    }

    /// <summary>Makes the turn's rows and events, in arrays of their own size, from the grains it touched, in the order of their keys.</summary>
    public TurnResult End(Contracts.Commands.CommandReply reply)
    {
        _touched.Sort((left, right) => left.Key.CompareTo(right.Key));
        foreach (Grain grain in _touched)
        {
            End(grain);
        }

        TurnResult result = new()
        {
            Reply = reply,
            Rows = LastOfEachKey(),
            Effects = _effects.ToArray(),
            Events = _events.ToArray(),
            Repairs = state.Watchdog.Repairs,
            Messages = MessagesCount,
            CandidatesTouched = Matching.CandidatesTouched,
        };
        _input = null;
        return result;
    }

    private void List(Grain grain)
    {
        if (!grain.IsTouched)
        {
            grain.IsTouched = true;
            _touched.Add(grain);
        }
    }

    private void End(Grain grain)
    {
        if (grain.IsViewTouched && grain.ChangedEvent() is { } changed)
        {
            _events.Add(changed);
        }

        if (grain.IsRemoved)
        {
            if (grain is not AgentGrain { IsStored: false })
            {
                DeleteRow(grain.Key);
            }
        }
        else if (grain.IsRowTouched)
        {
            grain.Write(_rowWriter);
            long? expiresAtMs = grain is CustomerGrain customer ? customer.Record.LastCallMs + CustomerGrain.KeepMs : null;
            PutRow(grain.Key, _rowWriter.ToArray(), expiresAtMs);
        }

        state.Timers.Follow(grain);
        if (grain is AgentGrain agent)
        {
            agent.IsStored |= grain.IsRowTouched;
            state.Census.Follow(agent);
        }

        grain.IsTouched = false;
        grain.IsRowTouched = false;
        grain.IsViewTouched = false;
        if (grain.IsRemoved)
        {
            state.Forget(grain);
        }
        else if (grain is CustomerGrain { LiveCallCount: 0 } cold)
        {
            state.Customers.Remove(cold.Id);
        }
    }

    /// <summary>Empties a list, and gives back what an unusually large turn made it grow to.</summary>
    private static void Reuse<T>(List<T> list)
    {
        list.Clear();
        if (list.Capacity > KeptCapacityCount)
        {
            list.Capacity = KeptCapacityCount;
        }
    }

    private void Add(RowChange row) => _rows.Add((row, _rows.Count));

    /// <summary>Rows in the order of their keys; of two changes of one row the later counts.</summary>
    private RowChange[] LastOfEachKey()
    {
        _rows.Sort(static (left, right) => left.Row.Key.CompareTo(right.Row.Key) is var order and not 0 ? order : left.Number.CompareTo(right.Number));
        int count = 0;
        for (int i = 0; i < _rows.Count; i++)
        {
            if (count > 0 && _rows[count - 1].Row.Key == _rows[i].Row.Key)
            {
                count--;
            }

            _rows[count++] = _rows[i];
        }

        if (count > limits.MaxRowsCount)
        {
            throw new InvalidOperationException($"A turn may change {limits.MaxRowsCount} rows; {Input.Command.GetType().Name} changes {count}.");
        }

        RowChange[] last = count == 0 ? [] : new RowChange[count];
        for (int i = 0; i < count; i++)
        {
            last[i] = _rows[i].Row;
        }

        return last;
    }
}
