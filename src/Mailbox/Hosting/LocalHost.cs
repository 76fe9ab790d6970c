using System.Buffers.Binary;
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
/// Domains that the store knows are there from the start; <see cref="EnsureDomain"/> adds more. In a cluster (<see cref="LocalHostOptions.IsShared"/>) it begins without any and has
/// those of the partitions that it is told to take.
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
    private readonly ServedDomains _served;
    private readonly CommittedReads _reads;
    private readonly Lock _gate = new();

    /// <summary>One domain is placed at a time. Not <see cref="_gate"/>: who hears of a new domain may open a session, and wait for another thread that does.</summary>
    private readonly Lock _placing = new();
    private readonly Dictionary<GatewayId, GatewaySession> _sessions = [];
    private readonly Queue<Action> _manualWork = [];
    private readonly StoreScheduler _waiting = new("store reader", limitThreads: 16, idleLimit: TimeSpan.FromSeconds(10));
    private readonly CancellationTokenSource _stopping = new();
    private readonly SenderId _self = SenderId.Of("host");
    private ITimer? _stallCheck;
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
        _reads = new CommittedReads(Reader, factory);
        Copies = _options.IsShared ? new WarmCopies(store, factory, time, _options.Copies, Log) : null;
        IReadOnlyList<DomainPlacement> placements = _options.IsShared ? [] : store.ReadPlacements();
        _laneOfPartition = [.. Enumerable.Range(0, _options.PartitionsCount).Select(partition => partition % _options.LanesCount)];
        foreach (DomainPlacement placement in placements)
        {
            CheckPartition(placement);
            _laneOfPartition[placement.Partition] = placement.Lane % _options.LanesCount;
        }

        _served = new ServedDomains(partition => _lanes![_laneOfPartition[partition]].IsRefusing);
        _lanes = [.. Enumerable.Range(0, _options.LanesCount).Select(MakeLane)];
        _threads = _options.IsManual ? [] : [.. _lanes.Select(lane => new LaneThread(lane, time, TimeSpan.FromMilliseconds(_options.StopLimitMs)))];
        _served.Left += Leave;
        foreach (DomainPlacement placement in placements)
        {
            Add(placement, null);
        }
    }

    public IReadOnlyList<DomainId> Domains => _served.Domains;

    /// <summary>The domains whose inputs are taken here now, in order, each with the epoch of its ownership. A frozen process that wakes says here what it had until it finds out.</summary>
    public IReadOnlyList<ServedDomain> Served => _served.Served;

    /// <summary>What the lanes own, in order; also while the store is away and they have lost it without knowing.</summary>
    public IReadOnlyList<PartitionEpoch> Partitions => _served.Partitions;

    /// <summary><see cref="Served"/> is another list than before: a domain was taken, lost or given up, has another epoch, or is refused or taken again. Raised on a lane's thread or the timer's; handlers return at once.</summary>
    public event Action? DomainsChanged
    {
        add => _served.Changed += value;
        remove => _served.Changed -= value;
    }

    /// <summary>The format level in force.</summary>
    public int Level => _store.Level;

    /// <summary>Of the store that it serves.</summary>
    internal string History => _store.History;

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

        Copies?.Start();
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

    /// <summary>
    /// In a cluster: takes partitions, as far as no other silo has them; their domains are loaded next. Completes when that was tried; <see cref="Partitions"/> says what it came to.
    /// </summary>
    /// <exception cref="InvalidOperationException">This host has all partitions.</exception>
    public Task TakeAsync(IReadOnlyList<int> partitions) => MoveAsync(partitions, static (lane, some, done) => lane.TakePartitions(some, done));

    /// <summary>
    /// In a cluster: gives partitions up between two commits. What waits for their domains is answered as not taken; when the task completes, whoever is next may take them.
    /// </summary>
    /// <exception cref="InvalidOperationException">This host has all partitions.</exception>
    public Task GiveUpAsync(IReadOnlyList<int> partitions) => MoveAsync(partitions, static (lane, some, done) => lane.GiveUpPartitions(some, done));

    /// <summary>In a cluster: another silo stored a new domain. Does nothing when its partition is not here, or the domain is known.</summary>
    public void AddPlaced(DomainPlacement placement)
    {
        if (!_served.TryFind(placement.Domain, out _))
        {
            CheckPartition(placement);
            LaneOf(placement).AddDomain(placement);
        }
    }

    /// <summary>Whether every lane has gone on within a time, or waits for the store: what says that a process not only lives but works.</summary>
    public bool IsProgressing(int limitMs) => Array.TrueForAll(_lanes, lane => lane.IsProgressing(limitMs));

    /// <summary>In a cluster: copies of large domains that others own and this host may take over; null otherwise. Driven by hand when the host is.</summary>
    public WarmCopies? Copies { get; }

    /// <summary>Adds a domain, or finds it; completes once it takes turns.</summary>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    /// <exception cref="InvalidOperationException">In a cluster the map of partitions says where it goes.</exception>
    public Task EnsureDomain(DomainId domain)
    {
        TaskCompletionSource loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _stopping.Token.Register(() => loaded.TrySetCanceled(_stopping.Token));
        lock (_placing)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_options.IsShared)
            {
                throw new InvalidOperationException("In a cluster domains are placed by the map of partitions.");
            }

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
        Lane lane = LaneOf(domain) ?? throw NotHere(domain);
        EventSubscription subscription = new(this, domain, NumberOf(domain), afterSequence, sink, _options);
        lane.Query(domain, (_, sequence, _) =>
        {
            if (subscription.Start(sequence))
            {
                _subscriptions.Add(subscription);
            }
        }, () => subscription.IsClosed, subscription.Close);
        return subscription;
    }

    public Task<IReadOnlyList<TurnEvents>> ReadEventsAsync(DomainId domain, long afterSequence, int maxTurnsCount, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<TurnEvents>>(domain, number => _reads.Events(number, afterSequence, maxTurnsCount), cancellationToken);

    public Task<CallDetail?> ReadCallAsync(DomainId domain, CallId call, CancellationToken cancellationToken) =>
        ReadAsync(domain, number => _reads.Call(number, call), cancellationToken);

    public Task<IReadOnlyList<CallView>> ReadEndedCallsAsync(DomainId domain, int maxCallsCount, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<CallView>>(domain, number => _reads.EndedCalls(number, maxCallsCount), cancellationToken);

    public Task<CustomerView?> ReadCustomerAsync(DomainId domain, CustomerId customer, CancellationToken cancellationToken) =>
        ReadAsync(domain, number => _reads.Customer(number, customer), cancellationToken);

    public Task<ConfigurationDetail?> ReadConfigurationAsync(DomainId domain, long? version, CancellationToken cancellationToken) =>
        ReadAsync(domain, number => _reads.Configuration(number, version), cancellationToken);

    /// <summary>The configuration in force as the store has it, wherever the domain is served; null when it never had one.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public ConfigurationDetail? ReadStoredConfiguration(DomainPlacement placement) => _reads.Configuration(placement.Number, null);

    /// <summary>The newest dead letters of a domain, newest first.</summary>
    public Task<IReadOnlyList<DeadLetter>> ReadDeadLettersAsync(DomainId domain, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<DeadLetter>>(domain, number => _reads.DeadLetters(number, limit), cancellationToken);

    public HostStatus Status()
    {
        string? reason = null;
        foreach (Lane lane in _lanes)
        {
            reason ??= lane.NotReadyReason;
        }

        return new HostStatus { Ready = reason is null, IsRefusing = _served.AreRefused, NotReadyReason = reason, Lanes = [.. _lanes.Select(lane => lane.Status())] };
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

        Copies?.Dispose();
        _stopping.Cancel();
        _subscriptions.Close();
        Reader.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Under which a domain is served here now; null when it is not.</summary>
    internal long? EpochOf(DomainId domain) => _served.EpochOf(domain);

    internal bool Owns(DomainId domain) => _served.TryFind(domain, out _);

    internal Lane? LaneOf(DomainId domain) => _served.TryFind(domain, out DomainPlacement placement) ? LaneOf(placement) : null;

    internal void Post(LaneInput input)
    {
        if (LaneOf(input.Domain) is { } lane)
        {
            lane.Post(input);
        }
        else if (_options.IsShared)
        {
            input.AnswerElsewhere(Log);
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

    /// <summary>Runs work on the thread pool, or on threads that may wait for the store; driven by hand, after the lanes' step.</summary>
    internal void RunInBackground(Action work, bool waitsForStore)
    {
        if (_options.IsManual)
        {
            _manualWork.Enqueue(work);
        }
        else if (waitsForStore)
        {
            _waiting.Run(work);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(static state => state(), work, preferLocal: false);
        }
    }

    /// <summary>Where it may wait for the store. The caller keeps the timer: nothing else holds it.</summary>
    internal ITimer RunLater(int delayMs, Action work) =>
        _time.CreateTimer(_ => RunInBackground(work, waitsForStore: true), null, TimeSpan.FromMilliseconds(delayMs), Timeout.InfiniteTimeSpan);

    private Lane MakeLane(int number)
    {
        int[]? partitions = _options.IsShared ? null : [.. Enumerable.Range(0, _options.PartitionsCount).Where(partition => _laneOfPartition[partition] == number)];
        ulong seed = _options.Lane.RandomSeed != 0 || _options.IsManual
            ? _options.Lane.RandomSeed
            : BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        return new Lane(number, partitions, _store, _factory, _time, _options.Lane with { RandomSeed = seed }, _subscriptions, Log, _served, Copies);
    }

    private Lane LaneOf(DomainPlacement placement) => _lanes[_laneOfPartition[placement.Partition]];

    private void Add(DomainPlacement placement, Action? loaded)
    {
        CheckPartition(placement);
        _served.Add(placement);
        LaneOf(placement).AddDomain(placement, loaded);
    }

    private void CheckPartition(DomainPlacement placement)
    {
        if (placement.Partition >= _options.PartitionsCount)
        {
            throw new StoreException(
                StoreFailure.Corrupt, $"Domain '{placement.Domain}' is in partition {placement.Partition}; there are {_options.PartitionsCount}.");
        }
    }

    private int LeastUsedPartition() => Enumerable.Range(0, _options.PartitionsCount).MinBy(_served.CountIn);

    private int NumberOf(DomainId domain) => _served.TryFind(domain, out DomainPlacement placement) ? placement.Number : throw NotHere(domain);

    private static KeyNotFoundException NotHere(DomainId domain) => new($"There is no domain '{domain}' here.");

    /// <summary>The domain goes on elsewhere, and so do those who watch it.</summary>
    private void Leave(DomainId domain) => _subscriptions.Leave(domain);

    private Task MoveAsync(IReadOnlyList<int> partitions, Func<Lane, int[], Action, bool> ask) => _options.IsShared
        ? LaneRequests.AskAsync(partitions.GroupBy(partition => _lanes[_laneOfPartition[partition]]), ask, _options.IsManual)
        : throw new InvalidOperationException("This host has all partitions.");

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
        }, () => answered.Task.IsCompleted, () => answered.TrySetException(NotHere(domain))) ?? throw NotHere(domain);
        if (!posted)
        {
            answered.TrySetCanceled(_stopping.Token);
        }

        return WaitAsync(answered, cancellationToken);
    }

    private Task<T> ReadAsync<T>(DomainId domain, Func<int, T> read, CancellationToken cancellationToken)
    {
        int number = NumberOf(domain);
        return _options.IsManual ? Task.FromResult(read(number)) : _waiting.Run(() => read(number), cancellationToken);
    }

    /// <summary>Ends the task itself with the waiting: whoever holds it sees that it is not wanted any more.</summary>
    private async Task<T> WaitAsync<T>(TaskCompletionSource<T> source, CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        using CancellationTokenRegistration ended = either.Token.Register(() => source.TrySetCanceled(either.Token));
        return await source.Task.ConfigureAwait(false);
    }
}
