namespace Routing.Mailbox.Lanes;

/// <summary>For whoever loads the domains after the process was killed: until when callers were looked after. Given so often also when nothing is committed.</summary>
internal sealed class LaneSigns(LaneClock clock, int intervalMs)
{
    private long _dueMs;

    public void Give(ILaneSession session)
    {
        if (clock.MonotonicMs >= _dueMs)
        {
            session.SignOfLife(clock.NowMs);
            _dueMs = clock.MonotonicMs + intervalMs;
        }
    }
}
