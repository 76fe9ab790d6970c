using Routing.Mailbox.Hosting;

namespace Routing.Mailbox.Lanes;

/// <summary>Counters of a lane: written by its thread, read by any.</summary>
internal sealed class LaneCounters
{
    private static readonly int[] BoundsUs = [100, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000, 20_000, 50_000, 100_000, 500_000, 2_000_000];

    private readonly long[] _buckets = new long[BoundsUs.Length + 1];
    private long _turns;
    private long _messages;
    private long _candidates;
    private long _commits;
    private long _commitFailures;
    private long _rows;
    private long _bytes;
    private long _deadLetters;
    private long _reloads;
    private long _repairs;
    private long _commitTotalUs;
    private long _unacknowledged;
    private int _domains;
    private OutboxGauges? _outboxes;

    /// <summary>The gauges of a lane's outboxes, which <see cref="Status"/> tells from then on.</summary>
    public OutboxGauges Outboxes(LaneClock clock) => _outboxes = new OutboxGauges(clock);

    public void Turn(int messages, int candidates)
    {
        Interlocked.Increment(ref _turns);
        Interlocked.Add(ref _messages, messages);
        Interlocked.Add(ref _candidates, candidates);
    }

    public void Commit(TimeSpan took, int rows, long bytes)
    {
        long us = (long)took.TotalMicroseconds;
        int bucket = Array.BinarySearch(BoundsUs, (int)Math.Min(us, int.MaxValue));
        Interlocked.Increment(ref _buckets[bucket < 0 ? ~bucket : bucket]);
        Interlocked.Increment(ref _commits);
        Interlocked.Add(ref _commitTotalUs, us);
        Interlocked.Add(ref _rows, rows);
        Interlocked.Add(ref _bytes, bytes);
    }

    public void CommitFailed() => Interlocked.Increment(ref _commitFailures);

    public void DeadLetter() => Interlocked.Increment(ref _deadLetters);

    public void Repaired() => Interlocked.Increment(ref _repairs);

    public void Reload() => Interlocked.Increment(ref _reloads);

    public void Gauges(int domains, long unacknowledged)
    {
        Volatile.Write(ref _domains, domains);
        Interlocked.Exchange(ref _unacknowledged, unacknowledged);
    }

    public LaneStatus Status(int lane, int queued, long refused) => new()
    {
        Lane = lane,
        Domains = Volatile.Read(ref _domains),
        QueuedInputs = queued,
        UnacknowledgedEffects = Interlocked.Read(ref _unacknowledged),
        Turns = Interlocked.Read(ref _turns),
        Messages = Interlocked.Read(ref _messages),
        CandidatesTouched = Interlocked.Read(ref _candidates),
        Commits = Interlocked.Read(ref _commits),
        CommitFailures = Interlocked.Read(ref _commitFailures),
        RowsWritten = Interlocked.Read(ref _rows),
        BytesWritten = Interlocked.Read(ref _bytes),
        DeadLetters = Interlocked.Read(ref _deadLetters),
        Refused = refused,
        Repairs = Interlocked.Read(ref _repairs),
        DomainReloads = Interlocked.Read(ref _reloads),
        Outboxes = _outboxes?.Latest ?? [],
        CommitBucketBoundsUs = BoundsUs,
        CommitBuckets = [.. _buckets.Select((_, i) => Interlocked.Read(ref _buckets[i]))],
        CommitTotalUs = Interlocked.Read(ref _commitTotalUs),
    };
}
