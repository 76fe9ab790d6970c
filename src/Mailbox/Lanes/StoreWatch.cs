namespace Routing.Mailbox.Lanes;

/// <summary>
/// Sees from outside that an access to the store does not return: the lane's own thread is inside it and can say nothing. Any access may hang, reading as well
/// (SQLite notes readers in a mapped file). Told to the operator once until the lane goes on.
/// </summary>
internal sealed class StoreWatch(LaneClock clock, int limitMs, int lane, IMailboxLog log)
{
    private const long Idle = -1;

    private readonly Lock _gate = new();
    private long _sinceMs = Idle;
    private long? _toldSinceMs;

    /// <summary>Until the end of what is returned the lane is inside the store. On the lane's thread.</summary>
    public Access Watch()
    {
        lock (_gate)
        {
            _sinceMs = clock.MonotonicMs;
        }

        return new Access(this);
    }

    /// <summary>The lane is inside an access now. From any thread.</summary>
    public bool IsInside
    {
        get
        {
            lock (_gate)
            {
                return _sinceMs != Idle;
            }
        }
    }

    /// <summary>An access has not returned within the limit. From any thread.</summary>
    /// <param name="refuse">Done first: whoever reads in the log that inputs are refused finds it so.</param>
    public bool Hangs(Action refuse)
    {
        bool isNews;
        lock (_gate)
        {
            if (_sinceMs == Idle || clock.MonotonicMs - _sinceMs < limitMs)
            {
                return false;
            }

            isNews = _toldSinceMs is null;
            _toldSinceMs ??= _sinceMs;
        }

        refuse();
        if (isNews)
        {
            log.StoreFailed(lane, StoreFailure.Stalled, $"It has not come back for {limitMs} ms; inputs are refused until it does.");
        }

        return true;
    }

    /// <summary>Since when the store hung, for whoever tells that it does no more; null when that was not told. On the lane's thread, which is proof that it came back.</summary>
    public long? TakeTold()
    {
        lock (_gate)
        {
            long? told = _toldSinceMs;
            _toldSinceMs = null;
            return told;
        }
    }

    private void End()
    {
        lock (_gate)
        {
            _sinceMs = Idle;
        }
    }

    /// <summary>One access, for as long as it is not disposed.</summary>
    internal readonly struct Access(StoreWatch watch) : IDisposable
    {
        public void Dispose() => watch.End();
    }
}
