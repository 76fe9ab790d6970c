using Routing.Contracts.Commands;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Mailbox.Delivery;
using Routing.Mailbox.Hosting;

namespace Routing.Mailbox.Lanes;

/// <summary>
/// The unit of commit: several domains, one connection, one transaction for all their turns.
/// <code>collect inputs → run turns → commit everything in one transaction → release replies, effects and events</code>
/// Nothing leaves before its commit is durable. When the store's answer is in doubt the lane drops everything it remembers, takes ownership again, reads, and runs the
/// inputs again whose effect is not stored; the others get the stored outcome.
/// <para>Synchronous: <see cref="RunBatch"/> does one round and says when the next is due. A <see cref="LaneThread"/> calls it in life, a simulator step by step.
/// All members but the posting ones belong to the one thread that drives it.</para>
/// </summary>
public sealed class Lane : IDisposable
{
    private readonly IMailboxStore _store;
    private readonly TimeProvider _time;
    private readonly LaneOptions _options;
    private readonly IMailboxLog _log;
    private readonly int[] _partitions;
    private readonly bool _isShared;
    private readonly IPartitionObserver? _observer;
    private readonly LaneInbox _inbox;
    private readonly LaneCounters _counters = new();
    private readonly LaneBatch _batch = new();
    private readonly LaneClock _clock;
    private readonly LaneCollector _collector;
    private readonly LaneRunner _runner;
    private readonly LaneRelease _release;
    private readonly LanePruning _pruning;
    private readonly LaneLoading _loading;
    private readonly LaneDomains _known = new();
    private readonly List<LaneDomain> _domains;
    private readonly LaneMoves _moves;
    private readonly LaneWaiting _waiting = new();
    private readonly StoreWatch _watch;
    private readonly LaneSigns _signs;
    private readonly LaneStalls _stalls;
    private List<object> _posted = [];
    private WatchedSession? _session;
    private string? _notReady = "Starting.";
    private long _retryAtMs;
    private long _downSinceMs;
    private long _heartbeatAtMs;
    private int _failures;
    private long _progressMs;

    /// <param name="number">Of the lane, from 0.</param>
    /// <param name="partitions">What it owns: all of them are acquired together. Null in a cluster: none, until it is told by <see cref="TakePartitions"/>.</param>
    /// <param name="store">Where they live.</param>
    /// <param name="factory">Makes the machines.</param>
    /// <param name="time">Only its monotonic clock is used; the date comes from the store.</param>
    /// <param name="options">Limits; defaults when null.</param>
    /// <param name="turns">Takes the events of committed turns.</param>
    /// <param name="log">Told of failures.</param>
    /// <param name="observer">Told of what it owns.</param>
    /// <param name="copies">What it takes may be kept ready there.</param>
    public Lane(
        int number,
        IReadOnlyList<int>? partitions,
        IMailboxStore store,
        IDomainMachineFactory factory,
        TimeProvider time,
        LaneOptions? options = null,
        ITurnSink? turns = null,
        IMailboxLog? log = null,
        IPartitionObserver? observer = null,
        WarmCopies? copies = null)
    {
        Number = number;
        _isShared = partitions is null;
        _partitions = [.. partitions ?? []];
        _observer = observer;
        _domains = _known.All;
        _store = store;
        _time = time;
        _options = options ?? new LaneOptions();
        _options.Check();
        _log = log ?? SilentMailboxLog.Instance;
        _clock = new LaneClock(time);
        _watch = new StoreWatch(_clock, _options.AnswerLimitMs, number, _log);
        _signs = new LaneSigns(_clock, _options.SignOfLifeMs);
        _inbox = new LaneInbox(time, _options, _log, observer);
        _runner = new LaneRunner(store, _batch, _clock, _options, _counters, _inbox, _log);
        _release = new LaneRelease(_batch, _clock, _options, _inbox, turns, _log);
        _collector = new LaneCollector(_batch, _clock, new UnheardMessages(_clock, _options, _log), _counters.Outboxes(_clock), new LaneChanges(store, factory));
        _pruning = new LanePruning(_clock, _options);
        _stalls = new LaneStalls(_options);
        _loading = new LaneLoading(_known, new DomainLoader(factory, Progress, copies), _release, _clock, _counters, _options, _isShared, _log);
        _moves = new LaneMoves(_known, _inbox, _clock, observer);
    }

    public int Number { get; }

    /// <summary>Null when every domain is loaded and the last commit went well; else why not. From any thread.</summary>
    public string? NotReadyReason => Volatile.Read(ref _notReady);

    /// <summary>New inputs are refused at once, since its store has not answered for <see cref="LaneOptions.AnswerLimitMs"/>. From any thread.</summary>
    public bool IsRefusing => _inbox.Refusal is not null;

    /// <summary>Counters. From any thread.</summary>
    public LaneStatus Status() => _counters.Status(Number, _inbox.Unanswered, _inbox.Refused);

    /// <summary>Posts an input; it is answered after its commit, or Unavailable. From any thread.</summary>
    public void Post(LaneInput input) => _inbox.Post(input);

    /// <summary>Notes that a gateway did everything up to an effect. From any thread.</summary>
    public void Acknowledge(DomainId domain, GatewayId gateway, long sequence) => _inbox.Acknowledge(domain, gateway, sequence);

    /// <summary>Adds a domain that is placed in one of the lane's partitions; <paramref name="loaded"/> is called once it takes turns. From any thread.</summary>
    public void AddDomain(DomainPlacement placement, Action? loaded = null) => _inbox.Post(() =>
    {
        if (_isShared && !_moves.Holds(placement.Partition))
        {
            return;
        }

        if (_known.Add(placement))
        {
            SetReadiness();
            if (_isShared)
            {
                _observer?.OnTaken([placement]);
            }
        }

        _waiting.Add(placement.Domain, _ => loaded?.Invoke(), null);
    });

    /// <summary>
    /// Takes partitions of a cluster while the lane runs, as far as nobody else owns them. <paramref name="done"/> is called on the lane's thread when that was tried; what it came to is told to
    /// the observer. Refused (false) when the lane is closed. From any thread.
    /// </summary>
    public bool TakePartitions(IReadOnlyList<int> partitions, Action done) => _inbox.Post(() => _moves.Ask(partitions, isTaking: true, done));

    /// <summary>
    /// Gives partitions of a cluster up, the others go on: their waiting inputs are answered as not taken, what they committed stands, their locks are free when <paramref name="done"/> is called on the
    /// lane's thread. Refused (false) when the lane is closed. From any thread.
    /// </summary>
    public bool GiveUpPartitions(IReadOnlyList<int> partitions, Action done) => _inbox.Post(() => _moves.Ask(partitions, isTaking: false, done));

    /// <summary>Gives a gateway's effects to a sink from now on, first all that are not acknowledged. From any thread.</summary>
    public void Attach(GatewayId gateway, IEffectSink sink) => _inbox.Post(() => _release.Attach(_domains, gateway, sink));

    /// <summary>Ends <see cref="Attach"/>, unless another sink took over already. From any thread.</summary>
    public void Detach(GatewayId gateway, IEffectSink sink) => _inbox.Post(() => _release.Detach(gateway, sink));

    /// <summary>
    /// Runs work on the lane's thread between two commits, when the machine holds exactly what is committed: once the domain is loaded.
    /// The work gets the machine, the number of the last committed turn and the time of the domain in Unix milliseconds. Forgotten once <paramref name="isOver"/> says that nobody wants it.
    /// <paramref name="gone"/> is called instead when the domain is not here any more. Refused (false) when the lane is closed. From any thread.
    /// </summary>
    public bool Query(DomainId domain, Action<IDomainMachine, long, long> work, Func<bool>? isOver = null, Action? gone = null) =>
        _inbox.Post(() => _waiting.Add(domain, loaded => work(loaded.Machine!, loaded.Sequence, loaded.TimeAt(_clock.NowMs)), isOver, gone));

    /// <summary>
    /// Whether it did something within a time, or is inside the store, which <see cref="StoreWatch"/> watches: false says that its thread hangs or got no processor. From any thread.
    /// </summary>
    public bool IsProgressing(int limitMs) => _watch.IsInside || _clock.MonotonicMs - Volatile.Read(ref _progressMs) < limitMs;

    /// <summary>One round: takes what was posted, runs turns up to the limits, commits once, releases.</summary>
    public LaneStep RunBatch()
    {
        Progress();
        try
        {
            return Step();
        }
        catch (StoreException exception)
        {
            StoreFailed(exception.Failure, exception.Message);
            return new LaneStep(true, 0);
        }
    }

    /// <summary>
    /// Ends the waiting of inputs that were not answered for too long, also those inside a commit that hangs: their outcome is unknown to the sender, who repeats them.
    /// While the store is known to be down for that long, new inputs are refused at once. From any thread.
    /// </summary>
    public void RefuseStalled()
    {
        bool hangs = _watch.Hangs(RefuseHanging);
        if (hangs || NotReadyReason is not null)
        {
            _inbox.RefuseOlderThan(TimeSpan.FromMilliseconds(_options.AnswerLimitMs), "The store did not answer in time: whether the command happened is unknown; repeat it.");
        }
    }

    private void RefuseHanging()
    {
        Volatile.Write(ref _notReady, "The store does not answer.");
        _inbox.Refusal = "The store does not answer.";
        // Should the commit return meanwhile, the lane finds out that it is well.
        _inbox.Post(static () => { });
    }

    /// <summary>Stops taking inputs. The driver runs what is left with <see cref="RunBatch"/> and then calls <see cref="Dispose"/>. From any thread.</summary>
    public void Close() => _inbox.Close();

    /// <summary>Queries and the like that wait for their domain. Belongs to the driving thread.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Inputs that wait for an answer.</summary>
    public int Unanswered => _inbox.Unanswered;

    /// <summary>Refuses what is left, stores what was put off, gives up ownership.</summary>
    public void Dispose()
    {
        _inbox.Close();
        _inbox.RefuseOlderThan(TimeSpan.Zero, "The host is shutting down.");
        if (_session is not null)
        {
            TakePosted();
            _batch.Clear();
            Commit();
            _session?.Dispose();
            _session = null;
        }

        _batch.Dispose();
    }

    /// <summary>Blocks the driving thread until something is posted, the time is up, or a sign of life is due. Returns how long it meant to.</summary>
    internal int Wait(int milliseconds)
    {
        milliseconds = Math.Min(milliseconds, _options.SignOfLifeMs);
        _inbox.Wait(milliseconds);
        return milliseconds;
    }

    /// <summary>Whether <see cref="Close"/> was called.</summary>
    internal bool IsClosed => _inbox.IsClosed;

    /// <summary>A bug, not the store: recover from it the same way.</summary>
    internal void Abandon(Exception exception)
    {
        _runner.Blame(exception);
        _domains.ForEach(domain => domain.Drop());
        StoreFailed(StoreFailure.Io, exception.ToString());
    }

    private void Progress() => Volatile.Write(ref _progressMs, _clock.MonotonicMs);

    private LaneStep Step()
    {
        TakePosted();
        _batch.Clear();
        bool hasSession = EnsureSession();
        if (!Move() || !hasSession || !EnsureLoaded())
        {
            RefuseStalled();
            _waiting.Run(_known.ById);
            if (_session is null)
            {
                return new LaneStep(false, WakeIn(Math.Min(_retryAtMs, _clock.MonotonicMs + RefusalCheckMs)));
            }
        }

        // Taking and loading lasted: what came meanwhile is heard before the timers that became due meanwhile.
        TakePosted();
        _waiting.Run(_known.ById);
        bool more = _runner.Run(_session!, _domains);
        if ((_batch.Domains.Count > 0 || _clock.MonotonicMs >= _heartbeatAtMs) && !Commit())
        {
            return new LaneStep(true, 0);
        }

        _signs.Give(_session!);
        _release.Release();
        _loading.ReloadFailed(_session!, _batch);
        _release.Resend(_domains);
        bool pruned = _pruning.Run(_session!, _domains);
        bool worked = !_batch.IsEmpty || more;
        if (!worked)
        {
            _session!.Idle();
            if (_session.IsOver)
            {
                throw new StoreException(StoreFailure.Closed, "The connection ended.");
            }
        }

        return new LaneStep(worked || pruned, worked || pruned ? 0 : NextWake());
    }

    private int RefusalCheckMs => Math.Max(1, _options.AnswerLimitMs / 8);

    private void TakePosted()
    {
        _inbox.Take(ref _posted, Acknowledged);
        foreach (object posted in _posted)
        {
            if (posted is LaneInput input)
            {
                Enqueue(input);
            }
            else
            {
                ((Action)posted)();
            }
        }

        _posted.Clear();
    }

    private void Enqueue(LaneInput input)
    {
        if (!_known.TryFind(input.Domain, out LaneDomain? domain))
        {
            if (_isShared)
            {
                _inbox.AnswerElsewhere(input);
                return;
            }

            _inbox.Answer(input, new CommandReply(ReplyCode.NotFound, $"There is no domain '{input.Domain}' here."));
        }
        else if (domain.Inputs.Count >= _options.DomainQueueLimitInputs)
        {
            _inbox.Refuse(input, "Too many inputs are waiting for this domain.");
        }
        else
        {
            domain.Inputs.Enqueue(input);
        }
    }

    private void Acknowledged(DomainId domain, GatewayId gateway, long sequence)
    {
        LaneDomain? known = _known.ById.GetValueOrDefault(domain);
        if (known?.IsLoaded == false)
        {
            known.EarlyAcknowledgements[gateway] = Math.Max(sequence, known.EarlyAcknowledgements.GetValueOrDefault(gateway));
        }
        else if (known?.Outboxes.TryGetValue(gateway, out GatewayOutbox? outbox) == true)
        {
            outbox.Acknowledge(sequence);
        }
    }

    private bool EnsureSession()
    {
        if (_session is not null)
        {
            return true;
        }

        if (_clock.MonotonicMs < _retryAtMs)
        {
            return false;
        }

        _session = new WatchedSession(_store.Acquire(_partitions), _watch);
        _clock.Set(_session.ReadClockMs());
        _heartbeatAtMs = _clock.MonotonicMs + _options.HeartbeatMs;
        _observer?.OnOwned(_session.Partitions);
        _moves.Restore(_session);
        _known.Taken(_session.Partitions, _session.Timeline);
        return true;
    }

    /// <summary>Takes and gives up partitions as asked; false when the store failed at it.</summary>
    private bool Move()
    {
        if (_moves.HasRequests)
        {
            _moves.Run(_session, StoreWhatIsLeft);
            SetReadiness();
        }

        return _session is not null;
    }

    /// <summary>Acknowledgements that no commit has taken along yet.</summary>
    private bool StoreWhatIsLeft()
    {
        _batch.Clear();
        bool isStored = !_domains.Exists(domain => domain.Outboxes.Values.Any(outbox => outbox.IsChanged)) || Commit();
        _batch.Clear();
        return isStored;
    }

    private bool EnsureLoaded()
    {
        bool all = _loading.LoadAll(_session!);
        if (_failures > 0 || _inbox.Refusal is not null || all != (NotReadyReason is null))
        {
            SetReadiness();
        }

        return all;
    }

    private void SetReadiness()
    {
        LaneDomain? missing = _domains.Find(domain => !domain.IsLoaded);
        string? reason = missing is null || _session is null ? null : $"Domain '{missing.Id}' is not loaded: {missing.LoadError ?? "loading"}";
        // While the store answers inputs are taken, also when one domain cannot be loaded for a reason of its own.
        _inbox.Refusal = _session is null ? _inbox.Refusal : null;
        Volatile.Write(ref _notReady, _session is null ? NotReadyReason ?? "Starting." : reason);

        // Told last: who reads it finds the lane taking inputs.
        long? downSinceMs = _session is null ? null : _watch.TakeTold() ?? (_failures > 0 ? _downSinceMs : null);
        if (downSinceMs is not null)
        {
            _log.StoreRecovered(Number, _clock.MonotonicMs - downSinceMs.Value);
            _failures = 0;
        }
    }

    private bool Commit()
    {
        bool heartbeatDue = _clock.MonotonicMs >= _heartbeatAtMs;
        _counters.Gauges(_domains.Count, _collector.Collect(_session!, _domains, heartbeatDue));
        long started = _time.GetTimestamp();
        CommitResult result = _session!.Commit(_collector.Commit);
        if (result.Outcome != CommitOutcome.Committed)
        {
            StoreFailed(result.Failure, result.Detail ?? result.Outcome.ToString());
            return false;
        }

        TimeSpan took = _time.GetElapsedTime(started);
        _counters.Commit(took, _batch.Rows, _batch.Bytes);
        // A commit in between says only of the partitions that it changes that they live.
        _heartbeatAtMs = heartbeatDue ? _clock.MonotonicMs + _options.HeartbeatMs : _heartbeatAtMs;
        Stalled((long)took.TotalMilliseconds);
        return true;
    }

    /// <summary>A commit hung, or the process was frozen: callers and phones lived on, so time-outs are shifted as after an outage.</summary>
    public void Stalled(long lostMs)
    {
        lostMs = _stalls.CountedMs(lostMs, _clock.MonotonicMs);
        if (lostMs >= _options.StallMs)
        {
            _loading.ResumeAll(lostMs);
            SetReadiness();
        }
    }

    /// <summary>The driver slept longer than asked: the process was frozen. Timers wait for what came meanwhile, which nobody has read yet, also when that is no outage (<see cref="LaneStalls"/>).</summary>
    public void Slept(long lostMs)
    {
        _loading.HoldTimers(lostMs, roundMs: _progressMs);
        Stalled(lostMs);
    }

    private void StoreFailed(StoreFailure failure, string detail)
    {
        _counters.CommitFailed();
        _log.StoreFailed(Number, failure, detail);
        foreach (LaneDomain domain in _domains)
        {
            List<LaneInput> inputs = _batch.InputsOf(domain);
            if (_runner.TakeCurrent(domain) is { } current)
            {
                inputs.Add(current);
            }

            domain.PutBack(inputs);
        }

        _known.Lose();
        _batch.Clear();
        _session?.Dispose();
        _session = null;
        long now = _clock.MonotonicMs;
        _downSinceMs = _failures == 0 ? now : _downSinceMs;
        _retryAtMs = now + LaneOptions.Backoff(_failures++, _options.RetryMinMs, _options.RetryMaxMs);
        Volatile.Write(ref _notReady, $"The store failed ({failure}): {detail}");
        if (now - _downSinceMs >= _options.AnswerLimitMs)
        {
            _inbox.Refusal = $"The store is down ({failure}).";
        }
    }

    private int NextWake()
    {
        long wakeAt = _heartbeatAtMs;
        long now = _clock.NowMs;
        long monotonic = _clock.MonotonicMs;
        foreach (LaneDomain domain in _domains)
        {
            long at = domain.NextTimerMs;
            wakeAt = Math.Min(wakeAt, at == long.MaxValue ? at : monotonic + (at - (now + domain.OffsetMs)));
            wakeAt = domain.IsLoaded ? wakeAt : Math.Min(wakeAt, Math.Min(domain.RetryLoadAtMs, monotonic + RefusalCheckMs));
        }

        wakeAt = Math.Min(wakeAt, Math.Min(_pruning.DueAtMs, _release.ResendAtMs));
        return WakeIn(wakeAt);
    }

    private int WakeIn(long atMs) => (int)Math.Clamp(atMs - _clock.MonotonicMs, 0, int.MaxValue);
}
