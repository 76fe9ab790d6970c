namespace Routing.Mailbox.Lanes;

/// <summary>
/// Sees from outside that a round of the lane does not end, because the store hangs: the lane's own thread is inside it and can say nothing. Any access may hang, reading as well
/// (SQLite notes readers in a mapped file). Told to the operator once for each such round.
/// </summary>
internal sealed class StoreWatch(LaneClock clock, int limitMs, int lane, IMailboxLog log)
{
    private const long Idle = -1;

    private readonly Lock _gate = new();
    private long _sinceMs = Idle;
    private long? _toldSinceMs;

    /// <summary>On the lane's thread.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            _sinceMs = clock.MonotonicMs;
        }
    }

    /// <summary>It returned, or threw, or does what may take its time. On the lane's thread.</summary>
    public void End()
    {
        lock (_gate)
        {
            _sinceMs = Idle;
        }
    }

    /// <summary>A round has not ended within the limit. From any thread.</summary>
    public bool Hangs()
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

        if (isNews)
        {
            log.StoreFailed(lane, StoreFailure.Stalled, $"It has not come back for {limitMs} ms; inputs are refused until it does.");
        }

        return true;
    }

    /// <summary>
    /// Since when the store hung, for whoever tells that it does no more; null when that was not told. On the lane's thread, which is proof that it came back: what is left of the
    /// round counts anew.
    /// </summary>
    public long? TakeTold()
    {
        lock (_gate)
        {
            long? told = _toldSinceMs;
            _toldSinceMs = null;
            _sinceMs = told is null || _sinceMs == Idle ? _sinceMs : clock.MonotonicMs;
            return told;
        }
    }
}
