namespace Routing.Mailbox.Lanes;

/// <summary>
/// How much of a stall (a commit that hung, a process that was frozen) counts as an outage by which time-outs are shifted. A single one counts in full. When they follow one
/// upon the other, slow is how the store is now: shifting by every commit would stop all time-outs for as long as it lasts, and each shift is a commit itself. Then only what is
/// beyond <see cref="LaneOptions.BrownOutMs"/> counts.
/// </summary>
internal sealed class LaneStalls(LaneOptions options)
{
    private long _repeatedUntilMs = long.MinValue;

    /// <param name="lostMs">Length of the stall that ended now.</param>
    /// <param name="nowMs">Monotonic clock.</param>
    public long CountedMs(long lostMs, long nowMs)
    {
        if (lostMs < options.StallMs)
        {
            return 0;
        }

        bool isRepeated = nowMs - lostMs < _repeatedUntilMs;
        _repeatedUntilMs = nowMs + options.StallRepeatMs;
        return isRepeated ? Math.Max(0, lostMs - options.BrownOutMs) : lostMs;
    }
}
