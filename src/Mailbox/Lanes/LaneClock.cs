namespace Routing.Mailbox.Lanes;

/// <summary>The lane's time: the store's clock, read once a session, and the monotonic clock since. So a change of the host's date moves nothing.</summary>
internal sealed class LaneClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private long _baseMs;

    /// <summary>Milliseconds since the lane was made: for retries and limits. From any thread.</summary>
    public long MonotonicMs => (long)time.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>Unix milliseconds by the store's clock.</summary>
    public long NowMs => _baseMs + MonotonicMs;

    /// <summary>Stamp for measuring spans below a millisecond.</summary>
    public long Timestamp => time.GetTimestamp();

    public TimeSpan Since(long timestamp) => time.GetElapsedTime(timestamp);

    public void Set(long storeNowMs) => _baseMs = storeNowMs - MonotonicMs;
}
