namespace Routing.Mailbox.Tests.Cluster;

/// <summary>The system's clock, whose date somebody sets wrong; the monotonic clock does not notice.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _aheadMs;

    public long AheadMs
    {
        get => Interlocked.Read(ref _aheadMs);
        set => Interlocked.Exchange(ref _aheadMs, value);
    }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddMilliseconds(AheadMs);
}
