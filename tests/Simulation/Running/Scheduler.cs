namespace Routing.Simulation.Running;

/// <summary>Virtual time: what is planned happens in order of time, and of planning where times are equal. Nothing else moves the clock.</summary>
internal sealed class Scheduler(long startMs) : TimeProvider
{
    private readonly PriorityQueue<Action, (long AtMs, long Number)> _plan = new();
    private long _number;

    public long NowMs { get; private set; } = startMs;

    public int PlannedCount => _plan.Count;

    public override long TimestampFrequency => 1000;

    public void At(long atMs, Action action) => _plan.Enqueue(action, (Math.Max(atMs, NowMs), _number++));

    public void After(long delayMs, Action action) => At(NowMs + delayMs, action);

    /// <summary>Does the next planned thing; false when nothing is planned up to <paramref name="untilMs"/>.</summary>
    public bool RunNext(long untilMs)
    {
        if (!_plan.TryPeek(out _, out (long AtMs, long Number) next) || next.AtMs > untilMs)
        {
            return false;
        }

        Action action = _plan.Dequeue();
        NowMs = Math.Max(NowMs, next.AtMs);
        action();
        return true;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        PlannedTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Time passes and nothing happens in it: what was planned meanwhile comes late.</summary>
    public void Jump(long byMs) => NowMs += byMs;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);

    public override long GetTimestamp() => NowMs;

    /// <summary>Fires once for each change; periods are not needed here.</summary>
    private sealed class PlannedTimer(Scheduler clock, TimerCallback callback, object? state) : ITimer
    {
        private int _changes;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            int change = ++_changes;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                clock.After((long)dueTime.TotalMilliseconds, () =>
                {
                    if (change == _changes)
                    {
                        callback(state);
                    }
                });
            }

            return true;
        }

        public void Dispose() => _changes++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
