namespace Routing.Sip.Loop;

/// <summary>
/// All SIP logic runs here, one piece after the other: messages that arrived, due timers and posted work. So the logic above needs no locks.
/// A post wakes the loop's thread directly (no thread pool, no polling); an idle loop sleeps until its next timer is due, and may be lent
/// meanwhile to a thread that brings work (<see cref="TryRun"/>), so that nobody has to be woken.
/// <para>Two ways to drive it: <see cref="Start"/> runs a thread of its own; without it <see cref="RunUntilIdle"/> runs, on the caller's
/// thread, everything that is posted or due by the given <see cref="TimeProvider"/>, which makes whole stacks deterministic in tests.</para>
/// <para>The inbox is bounded (<see cref="SipLoopOptions"/>): a refused post is counted and reported to the poster, never queued elsewhere.</para>
/// </summary>
public sealed class SipLoop : IDisposable
{
    private const int InitialRingItems = 256;

    private readonly object _gate = new();
    private readonly SipLoopOptions _options;
    private readonly Action<Exception>? _onFault;
    private readonly SipTimerQueue _timers;
    private readonly WorkItem[] _batch;
    private WorkItem[] _ring;
    private Thread? _thread;
    private int _threadId;
    private long _sleepsUntil;
    private int _head;
    private int _count;
    private int _countMax;
    private bool _waiting;
    private bool _lent;
    private bool _stopping;
    private long? _lateAt;
    private long _itemsRun;
    private long _timersFired;
    private long _networkRefused;
    private long _internalRefused;
    private long _faults;

    /// <param name="time">The only clock of everything that runs on the loop.</param>
    /// <param name="options">Limits; defaults when null.</param>
    /// <param name="onFault">Told of every exception that work or a timer let escape; the loop then goes on. When null, exceptions
    /// leave the loop: right for tests driven by hand, fatal for a thread.</param>
    public SipLoop(TimeProvider time, SipLoopOptions? options = null, Action<Exception>? onFault = null)
    {
        _options = options ?? new SipLoopOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.NetworkInboxLimitItems, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.InboxLimitItems, _options.NetworkInboxLimitItems);
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.BatchLimitItems, 1);
        Time = time;
        _onFault = onFault;
        _timers = new SipTimerQueue(time, AssertOnLoop);
        _batch = new WorkItem[_options.BatchLimitItems];
        _ring = new WorkItem[Math.Min(InitialRingItems, _options.InboxLimitItems)];
    }

    /// <summary>The clock of the loop.</summary>
    public TimeProvider Time { get; }

    /// <summary>True on the loop's thread, or the one that it is lent to; always true while no thread was started (the driver's thread is the loop then).</summary>
    public bool IsOnLoop => _threadId == 0 || _threadId == Environment.CurrentManagedThreadId;

    /// <summary>Time until the first timer is due (zero when it is due now), null when no timer is armed. For drivers by hand.</summary>
    public TimeSpan? UntilNextTimer
    {
        get
        {
            long due = _timers.NextDueTimestamp;
            return due == long.MaxValue ? null : Remaining(due);
        }
    }

    /// <summary>
    /// Whether a timer fired more than a second late in this time, or is so late already: the process was stopped, or cannot read as fast as messages come, and what is handled now may have lain unread for long. For the loop's thread.
    /// </summary>
    public bool WasLate(TimeSpan within)
    {
        AssertOnLoop();
        return IsLate(_timers.NextDueTimestamp, Time.GetTimestamp()) || (_lateAt is { } lateAt && Time.GetElapsedTime(lateAt) < within);
    }

    /// <summary>Starts the thread. At most once, and not after <see cref="Dispose"/>.</summary>
    public void Start()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            if (_thread is not null)
            {
                throw new InvalidOperationException("The loop runs already.");
            }

            _thread = new Thread(RunThread) { IsBackground = true, Name = _options.ThreadName };
            _threadId = _thread.ManagedThreadId;
            _thread.Start();
        }
    }

    /// <summary>
    /// Queues work for the loop, from any thread, and wakes it. Give a static lambda and a state to avoid an allocation.
    /// </summary>
    /// <returns>False when the inbox is full for that lane or the loop has ended: the work will not run.</returns>
    public bool TryPost(Action<object?> work, object? state, SipLoopLane lane = SipLoopLane.Internal)
    {
        lock (_gate)
        {
            if (!Admits(lane))
            {
                return false;
            }

            Enqueue(new WorkItem(work, state));
            if (_waiting && !_lent)
            {
                WakeThread();
            }

            return true;
        }
    }

    /// <summary>
    /// Like <see cref="TryPost"/>, but when the loop sleeps the work runs at once on the caller's thread, and what it posts after it: waking another thread takes
    /// longer than most work. The order of one thread's posts is kept. For threads that hold no lock and may be kept for the time of one batch.
    /// </summary>
    /// <returns>False when the inbox is full for that lane or the loop has ended: the work will not run.</returns>
    public bool TryRun(Action<object?> work, object? state, SipLoopLane lane = SipLoopLane.Internal)
    {
        lock (_gate)
        {
            if (!_waiting || _lent || _count > 0 || _stopping)
            {
                return TryPost(work, state, lane);
            }

            _lent = true;
            _threadId = Environment.CurrentManagedThreadId;
        }

        try
        {
            Run(new WorkItem(work, state));
            RunBatch(TakeBatch());
        }
        finally
        {
            TakeBack();
        }

        return true;
    }

    /// <summary>
    /// Queues work without waking the loop, for a thread that brings several pieces which belong together and then calls <see cref="RunParked"/>. What a piece posts
    /// comes after all of them.
    /// </summary>
    /// <returns>False when the inbox is full for that lane or the loop has ended: the work will not run.</returns>
    public bool TryPark(Action<object?> work, object? state, SipLoopLane lane = SipLoopLane.Internal)
    {
        lock (_gate)
        {
            if (!Admits(lane))
            {
                return false;
            }

            Enqueue(new WorkItem(work, state));
            return true;
        }
    }

    /// <summary>Runs what was parked, on the caller's thread when the loop sleeps (see <see cref="TryRun"/>); else the loop does.</summary>
    public void RunParked()
    {
        lock (_gate)
        {
            // A loop that runs, or is lent, looks at its inbox before it sleeps.
            if (!_waiting || _lent || _count == 0)
            {
                return;
            }

            _lent = true;
            _threadId = Environment.CurrentManagedThreadId;
        }

        try
        {
            RunBatch(TakeBatch());
            RunBatch(TakeBatch());
        }
        finally
        {
            TakeBack();
        }
    }

    /// <summary>Makes a timer of this loop, not armed yet.</summary>
    public SipTimer CreateTimer(Action<object?> callback, object? state) => new(_timers, callback, state);

    /// <summary>Runs, on the caller's thread, all posted work and all timers due now, and what these bring about, until nothing is left to do now.</summary>
    /// <returns>Items and timers run.</returns>
    /// <exception cref="InvalidOperationException">The loop has a thread of its own.</exception>
    public int RunUntilIdle()
    {
        if (_thread is not null)
        {
            throw new InvalidOperationException("The loop has a thread of its own; it cannot be driven by hand as well.");
        }

        int total = 0;
        int ran;
        do
        {
            ran = RunDueTimers() + RunBatch(TakeBatch());
            total += ran;
        }
        while (ran > 0);
        return total;
    }

    /// <summary>Throws when called from a thread that does not own the loop's state.</summary>
    /// <exception cref="InvalidOperationException">Wrong thread.</exception>
    public void AssertOnLoop()
    {
        if (!IsOnLoop)
        {
            throw new InvalidOperationException("SIP state belongs to the loop's thread: post the work with TryPost.");
        }
    }

    /// <summary>Counters, readable from any thread.</summary>
    public SipLoopSnapshot Snapshot()
    {
        lock (_gate)
        {
            return new SipLoopSnapshot(
                Interlocked.Read(ref _itemsRun), Interlocked.Read(ref _timersFired), _networkRefused, _internalRefused,
                Interlocked.Read(ref _faults), _count, _countMax, _timers.Count);
        }
    }

    /// <summary>Ends the loop: work already posted still runs, later posts are refused, timers no longer fire. Waits for the thread unless called on it.</summary>
    public void Dispose()
    {
        Thread? thread;
        lock (_gate)
        {
            _stopping = true;
            thread = _thread;
            Monitor.Pulse(_gate);
        }

        if (thread is not null && !IsOnLoop)
        {
            thread.Join();
            // Nobody runs on the loop any more: its state may be taken down from here.
            _threadId = 0;
        }
    }

    private void RunThread()
    {
        while (true)
        {
            Sleep();
            int taken = TakeBatch();
            RunBatch(taken);
            if (taken == 0 && Volatile.Read(ref _stopping))
            {
                return;
            }

            RunDueTimers();
        }
    }

    /// <summary>Until there is work, a timer is due or the loop ends, and the loop is not lent.</summary>
    private void Sleep()
    {
        lock (_gate)
        {
            while (_lent || (_count == 0 && !_stopping))
            {
                int waitMilliseconds = Timeout.Infinite;
                _sleepsUntil = long.MaxValue;
                if (!_lent)
                {
                    // What is due while the loop is lent concerns whoever has it: TakeBack looks after it.
                    waitMilliseconds = MillisecondsUntilNextTimer();
                    _sleepsUntil = _timers.NextDueTimestamp;
                    if (waitMilliseconds == 0)
                    {
                        return;
                    }
                }

                _waiting = true;
                Monitor.Wait(_gate, waitMilliseconds);
                _waiting = false;
            }
        }
    }

    /// <summary>Ends the time on a borrowed loop: its own thread is woken only for what is left to do, or due before it would have woken.</summary>
    private void TakeBack()
    {
        lock (_gate)
        {
            _lent = false;
            _threadId = _thread!.ManagedThreadId;
            if (_count > 0 || _stopping || _timers.NextDueTimestamp < _sleepsUntil)
            {
                WakeThread();
            }
        }
    }

    private void WakeThread()
    {
        _waiting = false;
        Monitor.Pulse(_gate);
    }

    private int TakeBatch()
    {
        lock (_gate)
        {
            int taken = Math.Min(_count, _batch.Length);
            for (int i = 0; i < taken; i++)
            {
                _batch[i] = _ring[_head];
                _ring[_head] = default;
                _head = (_head + 1) % _ring.Length;
            }

            _count -= taken;
            return taken;
        }
    }

    private int RunBatch(int taken)
    {
        for (int i = 0; i < taken; i++)
        {
            WorkItem item = _batch[i];
            _batch[i] = default;
            Run(item);
        }

        return taken;
    }

    private void Run(WorkItem item)
    {
        Interlocked.Increment(ref _itemsRun);
        try
        {
            item.Work(item.State);
        }
        catch (Exception exception) when (_onFault is not null)
        {
            Fault(exception);
        }
    }

    private int RunDueTimers()
    {
        // One reading of the clock for the round: a timer that arms itself anew with no delay waits for the next round.
        long now = Time.GetTimestamp();
        int fired = 0;
        while (fired < _batch.Length && _timers.TakeDue(now) is { } timer)
        {
            fired++;
            _lateAt = IsLate(timer.DueTimestamp, now) ? now : _lateAt;
            Interlocked.Increment(ref _timersFired);
            try
            {
                timer.Fire();
            }
            catch (Exception exception) when (_onFault is not null)
            {
                Fault(exception);
            }
        }

        return fired;
    }

    private bool IsLate(long dueTimestamp, long now) => dueTimestamp < now && Time.GetElapsedTime(dueTimestamp, now) > SipTimer.LateAfter;

    private void Fault(Exception exception)
    {
        Interlocked.Increment(ref _faults);
        _onFault!(exception);
    }

    private bool Admits(SipLoopLane lane)
    {
        int limitItems = lane switch
        {
            SipLoopLane.Network => _options.NetworkInboxLimitItems,
            SipLoopLane.Internal => _options.InboxLimitItems,
            _ => int.MaxValue,
        };
        if (!_stopping && _count < limitItems)
        {
            return true;
        }

        _ = lane == SipLoopLane.Network ? _networkRefused++ : _internalRefused++;
        return false;
    }

    private void Enqueue(WorkItem item)
    {
        if (_count == _ring.Length)
        {
            WorkItem[] larger = new WorkItem[_ring.Length * 2];
            for (int i = 0; i < _count; i++)
            {
                larger[i] = _ring[(_head + i) % _ring.Length];
            }

            _ring = larger;
            _head = 0;
        }

        _ring[(_head + _count) % _ring.Length] = item;
        _count++;
        _countMax = Math.Max(_countMax, _count);
    }

    private int MillisecondsUntilNextTimer()
    {
        long due = _timers.NextDueTimestamp;
        if (due == long.MaxValue)
        {
            return Timeout.Infinite;
        }

        // Waits are counted in milliseconds: rounded up, so that waking early never makes the loop spin. A timer is at most that much late.
        TimeSpan remaining = Remaining(due);
        return (int)Math.Min(Math.Ceiling(remaining.TotalMilliseconds), int.MaxValue);
    }

    private TimeSpan Remaining(long dueTimestamp)
    {
        long now = Time.GetTimestamp();
        if (dueTimestamp <= now)
        {
            return TimeSpan.Zero;
        }

        TimeSpan elapsed = Time.GetElapsedTime(now, dueTimestamp);
        return elapsed > TimeSpan.Zero ? elapsed : TimeSpan.FromTicks(1);
    }

    private readonly record struct WorkItem(Action<object?> Work, object? State);
}
