using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Mailbox.Delivery;
using Routing.Mailbox.Lanes;

namespace Routing.Mailbox.Hosting;

/// <summary>
/// The hosting seam inside one process: lanes over one store. Replies and effects are delivered on the lanes' threads, events on the thread pool.
/// Domains that the store knows are there from the start; <see cref="EnsureDomain"/> adds more.
/// </summary>
public sealed class LocalHost : IDomainHost, IDisposable
{
    private readonly IMailboxStore _store;
    private readonly IDomainMachineFactory _factory;
    private readonly TimeProvider _time;
    private readonly LocalHostOptions _options;
    private readonly int[] _laneOfPartition;
    private readonly Lane[] _lanes;
    private readonly LaneThread[] _threads;
    private readonly SubscriptionList _subscriptions = new();
    private readonly ConcurrentDictionary<DomainId, DomainPlacement> _placements = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<GatewayId, GatewaySession> _sessions = [];
    private readonly Queue<Action> _manualWork = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly SenderId _self = SenderId.Of("host");
    private ITimer? _stallCheck;
    private DomainId[] _domains = [];
    private bool _disposed;

    /// <param name="store">Where domains live; not owned.</param>
    /// <param name="factory">Makes the machines.</param>
    /// <param name="time">Monotonic clock and timers.</param>
    /// <param name="options">Defaults when null.</param>
    /// <param name="log">Told of failures; silent when null.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public LocalHost(
        IMailboxStore store, IDomainMachineFactory factory, TimeProvider time, LocalHostOptions? options = null, IMailboxLog? log = null)
    {
        _store = store;
        _factory = factory;
        _time = time;
        _options = options ?? new LocalHostOptions();
        Log = log ?? SilentMailboxLog.Instance;
        Reader = store.OpenReader();
        IReadOnlyList<DomainPlacement> placements = store.ReadPlacements();
        _laneOfPartition = [.. Enumerable.Range(0, _options.PartitionsCount).Select(partition => partition % _options.LanesCount)];
        foreach (DomainPlacement placement in placements)
        {
            CheckPartition(placement);
            _laneOfPartition[placement.Partition] = placement.Lane % _options.LanesCount;
        }

        _lanes = [.. Enumerable.Range(0, _options.LanesCount).Select(MakeLane)];
        _threads = _options.IsManual ? [] : [.. _lanes.Select(lane => new LaneThread(lane, time, TimeSpan.FromMilliseconds(_options.StopLimitMs)))];
        foreach (DomainPlacement placement in placements)
        {
            Add(placement, null);
        }
    }

    public IReadOnlyList<DomainId> Domains => Volatile.Read(ref _domains);

    /// <summary><see cref="Domains"/> is another list than before.</summary>
    internal event Action? DomainsChanged;

    internal IStoreReader Reader { get; }

    internal IMailboxLog Log { get; }

    /// <summary>Starts the lanes. Inputs sent before wait.</summary>
    public void Start()
    {
        if (_options.IsManual)
        {
            return;
        }

        foreach (LaneThread thread in _threads)
        {
            thread.Start();
        }

        TimeSpan period = TimeSpan.FromMilliseconds(_options.StallCheckMs);
        _stallCheck = _time.CreateTimer(
            static state =>
            {
                foreach (Lane lane in (Lane[])state!)
                {
                    lane.RefuseStalled();
                }
            },
            _lanes,
            period,
            period);
    }

    /// <summary>Adds a domain, or finds it; completes once it takes turns.</summary>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public Task EnsureDomain(DomainId domain)
    {
        TaskCompletionSource loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _stopping.Token.Register(() => loaded.TrySetCanceled(_stopping.Token));
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            int partition = LeastUsedPartition();
            Add(_store.PlaceDomain(domain, partition, _laneOfPartition[partition]), () => loaded.TrySetResult());
        }

        return loaded.Task;
    }

    public IGatewaySession OpenGateway(GatewayId gateway, long incarnation, IEffectSink sink)
    {
        lock (_gate)
        {
            if (_sessions.TryGetValue(gateway, out GatewaySession? former))
            {
                if (former.Incarnation > incarnation)
                {
                    throw new ArgumentException($"Gateway '{gateway}' has a newer incarnation ({former.Incarnation}).", nameof(incarnation));
                }

                former.End();
            }

            GatewaySession session = new(this, gateway, incarnation, sink);
            _sessions[gateway] = session;
            foreach (Lane lane in _lanes)
            {
                lane.Attach(gateway, sink);
            }

            return session;
        }
    }

    public Task<CommandReply> SendAsync(DomainId domain, Command command, string? idempotencyKey, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<CommandReply>(cancellationToken);
        }

        TaskCompletionSource<CommandReply> replied = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(new LaneInput(domain, _self, 0, command, reply => replied.TrySetResult(reply)) { IdempotencyKey = idempotencyKey });
        return cancellationToken.CanBeCanceled ? replied.Task.WaitAsync(cancellationToken) : replied.Task;
    }

    // A machine that was just loaded has not seen the number of the last turn.
    public Task<DomainSnapshot> SnapshotAsync(DomainId domain, CancellationToken cancellationToken) =>
        AskAsync(domain, static (machine, sequence, _) => machine.Snapshot() with { Sequence = sequence }, cancellationToken);

    public Task<Explanation?> ExplainAsync(DomainId domain, Question question, CancellationToken cancellationToken) => AskAsync(
        domain,
        (machine, sequence, nowMs) => machine.Explain(question, nowMs) is { } explanation ? explanation with { Sequence = sequence } : null,
        cancellationToken);

    public IDisposable SubscribeEvents(DomainId domain, long afterSequence, IEventSink sink)
    {
        Lane lane = LaneOf(domain) ?? throw new KeyNotFoundException($"There is no domain '{domain}' here.");
        EventSubscription subscription = new(this, domain, _placements[domain].Number, afterSequence, sink, _options);
        lane.Query(domain, (_, sequence, _) =>
        {
            if (subscription.Start(sequence))
            {
                _subscriptions.Add(subscription);
            }
        }, () => subscription.IsClosed);
        return subscription;
    }

    public Task<IReadOnlyList<TurnEvents>> ReadEventsAsync(DomainId domain, long afterSequence, int maxTurnsCount, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<TurnEvents>>(domain, number => ReadEvents(number, afterSequence, maxTurnsCount), cancellationToken);

    public Task<CallDetail?> ReadCallAsync(DomainId domain, CallId call, CancellationToken cancellationToken) => ReadAsync(
        domain,
        number =>
        {
            foreach (RowKey key in _factory.CallRows(call))
            {
                if (Reader.ReadRow(number, key) is { } row)
                {
                    return _factory.ReadCall(row);
                }
            }

            return null;
        },
        cancellationToken);

    public Task<IReadOnlyList<CallView>> ReadEndedCallsAsync(DomainId domain, int maxCallsCount, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<CallView>>(
            domain,
            number =>
            {
                List<StoredRow> rows = [];
                Reader.ReadLatestRows(number, _factory.EndedCallKind, maxCallsCount, rows);
                return [.. rows.Select(row => _factory.ReadCall(row).Call)];
            },
            cancellationToken);

    public Task<CustomerView?> ReadCustomerAsync(DomainId domain, CustomerId customer, CancellationToken cancellationToken) => ReadAsync(
        domain,
        number => Reader.ReadRow(number, _factory.CustomerRow(customer)) is { } row ? _factory.ReadCustomer(row) : null,
        cancellationToken);

    public Task<ConfigurationDetail?> ReadConfigurationAsync(DomainId domain, long? version, CancellationToken cancellationToken) =>
        ReadAsync(domain, number => _factory.ReadConfiguration(version, key => Reader.ReadRow(number, key)), cancellationToken);

    /// <summary>The newest dead letters of a domain, newest first.</summary>
    public Task<IReadOnlyList<DeadLetter>> ReadDeadLettersAsync(DomainId domain, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<DeadLetter>>(
            domain,
            number =>
            {
                List<DeadLetter> letters = [];
                Reader.ReadDeadLetters(number, limit, letters);
                return letters;
            },
            cancellationToken);

    public HostStatus Status()
    {
        string? reason = null;
        foreach (Lane lane in _lanes)
        {
            reason ??= lane.NotReadyReason;
        }

        return new HostStatus { Ready = reason is null, NotReadyReason = reason, Lanes = [.. _lanes.Select(lane => lane.Status())] };
    }

    /// <summary>Manual mode: runs the lanes and all background work on the caller's thread until nothing is left to do now.</summary>
    /// <returns>Milliseconds until the next timer, heartbeat or retry.</returns>
    public int RunUntilIdle()
    {
        int wakeInMs;
        bool worked;
        do
        {
            worked = false;
            wakeInMs = int.MaxValue;
            foreach (Lane lane in _lanes)
            {
                LaneStep step = lane.RunBatch();
                worked |= step.DidWork;
                wakeInMs = Math.Min(wakeInMs, step.WakeInMs);
            }

            while (_manualWork.TryDequeue(out Action? work))
            {
                worked = true;
                work();
            }
        }
        while (worked);
        return wakeInMs;
    }

    /// <summary>Stops taking inputs, finishes what was taken, gives up ownership. Within about <see cref="LocalHostOptions.StopLimitMs"/>.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        _stallCheck?.Dispose();
        foreach (Lane lane in _lanes)
        {
            lane.Close();
        }

        foreach (LaneThread thread in _threads)
        {
            thread.Dispose();
        }

        if (_options.IsManual)
        {
            Array.ForEach(_lanes, lane => lane.Dispose());
        }

        _stopping.Cancel();
        _subscriptions.Close();
        Reader.Dispose();
        _stopping.Dispose();
    }

    internal bool Owns(DomainId domain) => _placements.ContainsKey(domain);

    internal Lane? LaneOf(DomainId domain) => _placements.TryGetValue(domain, out DomainPlacement placement) ? LaneOf(placement) : null;

    internal void Post(LaneInput input)
    {
        if (LaneOf(input.Domain) is { } lane)
        {
            lane.Post(input);
        }
        else
        {
            input.Answer(new CommandReply(ReplyCode.NotFound, $"There is no domain '{input.Domain}' here."), Log);
        }
    }

    internal void Refuse(LaneInput input, string reason) => input.Answer(new CommandReply(ReplyCode.Unavailable, reason), Log);

    internal void CloseSession(GatewaySession session)
    {
        session.End();
        lock (_gate)
        {
            if (_sessions.TryGetValue(session.Gateway, out GatewaySession? current) && ReferenceEquals(current, session))
            {
                _sessions.Remove(session.Gateway);
            }

            foreach (Lane lane in _lanes)
            {
                lane.Detach(session.Gateway, session.Sink);
            }
        }
    }

    internal void Unsubscribe(EventSubscription subscription) => _subscriptions.Remove(subscription);

    /// <summary>Runs work on the thread pool, or, driven by hand, after the lanes' step.</summary>
    internal void RunInBackground(Action work)
    {
        if (_options.IsManual)
        {
            _manualWork.Enqueue(work);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(static state => state(), work, preferLocal: false);
        }
    }

    /// <summary>The caller keeps the timer: nothing else holds it.</summary>
    internal ITimer RunLater(int delayMs, Action work) =>
        _time.CreateTimer(_ => RunInBackground(work), null, TimeSpan.FromMilliseconds(delayMs), Timeout.InfiniteTimeSpan);

    private Lane MakeLane(int number)
    {
        int[] partitions = [.. Enumerable.Range(0, _options.PartitionsCount).Where(partition => _laneOfPartition[partition] == number)];
        ulong seed = _options.Lane.RandomSeed != 0 || _options.IsManual
            ? _options.Lane.RandomSeed
            : BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        return new Lane(number, partitions, _store, _factory, _time, _options.Lane with { RandomSeed = seed }, _subscriptions, Log);
    }

    private Lane LaneOf(DomainPlacement placement) => _lanes[_laneOfPartition[placement.Partition]];

    private void Add(DomainPlacement placement, Action? loaded)
    {
        CheckPartition(placement);
        _placements[placement.Domain] = placement;
        Volatile.Write(ref _domains, [.. _placements.Keys.Order()]);
        LaneOf(placement).AddDomain(placement, loaded);
        DomainsChanged?.Invoke();
    }

    private void CheckPartition(DomainPlacement placement)
    {
        if (placement.Partition >= _options.PartitionsCount)
        {
            throw new StoreException(
                StoreFailure.Corrupt, $"Domain '{placement.Domain}' is in partition {placement.Partition}; there are {_options.PartitionsCount}.");
        }
    }

    private int LeastUsedPartition() => Enumerable.Range(0, _options.PartitionsCount)
        .MinBy(partition => _placements.Values.Count(placement => placement.Partition == partition));

    private List<TurnEvents> ReadEvents(int number, long afterSequence, int maxTurnsCount)
    {
        List<TurnEvents> events = [];
        List<StoredTurn> stored = [];
        int limit = Math.Max(1, maxTurnsCount);
        while (events.Count < limit)
        {
            stored.Clear();
            Reader.ReadTurns(number, afterSequence + 1, limit, stored);
            foreach (StoredTurn turn in stored)
            {
                afterSequence = turn.Sequence;
                if (TurnRecord.ReadEvents(turn) is { } found && events.Count < limit)
                {
                    events.Add(found);
                }
            }

            if (stored.Count < limit)
            {
                break;
            }
        }

        return events;
    }

    /// <summary>Asks the machine between two commits, on its lane's thread.</summary>
    private Task<T> AskAsync<T>(DomainId domain, Func<IDomainMachine, long, long, T> ask, CancellationToken cancellationToken)
    {
        TaskCompletionSource<T> answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool posted = LaneOf(domain)?.Query(domain, (machine, sequence, nowMs) =>
        {
            try
            {
                answered.TrySetResult(ask(machine, sequence, nowMs));
            }
            catch (Exception exception)
            {
                answered.TrySetException(exception);
            }
        }, () => answered.Task.IsCompleted) ?? throw new KeyNotFoundException($"There is no domain '{domain}' here.");
        if (!posted)
        {
            answered.TrySetCanceled(_stopping.Token);
        }

        return WaitAsync(answered, cancellationToken);
    }

    private Task<T> ReadAsync<T>(DomainId domain, Func<int, T> read, CancellationToken cancellationToken)
    {
        int number = _placements.TryGetValue(domain, out DomainPlacement placement)
            ? placement.Number
            : throw new KeyNotFoundException($"There is no domain '{domain}' here.");
        return _options.IsManual ? Task.FromResult(read(number)) : Task.Run(() => read(number), cancellationToken);
    }

    /// <summary>Ends the task itself with the waiting: whoever holds it sees that it is not wanted any more.</summary>
    private async Task<T> WaitAsync<T>(TaskCompletionSource<T> source, CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        using CancellationTokenRegistration ended = either.Token.Register(() => source.TrySetCanceled(either.Token));
        return await source.Task.ConfigureAwait(false);
    }
}
