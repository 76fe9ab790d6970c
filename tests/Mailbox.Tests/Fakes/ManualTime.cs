namespace Routing.Mailbox.Tests.Fakes;

/// <summary>A clock that stands still until it is moved. Begins at an odd date, so that a stray look at the real clock shows.</summary>
public sealed class ManualTime : TimeProvider
{
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _date = new(2031, 5, 17, 3, 14, 15, TimeSpan.Zero);
    private long _ticks = 1_000_000;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public long NowMs => _date.ToUnixTimeMilliseconds();

    public override DateTimeOffset GetUtcNow() => _date;

    public override long GetTimestamp() => _ticks;

    /// <summary>Moves date and monotonic clock, and fires the timers that come due.</summary>
    public void Advance(long milliseconds)
    {
        _ticks += milliseconds * TimeSpan.TicksPerMillisecond;
        _date = _date.AddMilliseconds(milliseconds);
        foreach (ManualTimer timer in _timers.ToArray())
        {
            timer.FireIfDue(_ticks);
        }
    }

    /// <summary>Somebody sets the date; the monotonic clock does not notice.</summary>
    public void StepDate(long milliseconds) => _date = _date.AddMilliseconds(milliseconds);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        _timers.Add(timer);
        return timer;
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        private long _due = long.MaxValue;
        private TimeSpan _period;

        public void FireIfDue(long ticks)
        {
            while (_due <= ticks)
            {
                _due = _period == Timeout.InfiniteTimeSpan ? long.MaxValue : _due + _period.Ticks;
                callback(state);
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : time._ticks + dueTime.Ticks;
            _period = period;
            return true;
        }

        public void Dispose() => time._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
