namespace Routing.Sip.Loop;

/// <summary>
/// The armed timers of one loop: a binary heap ordered by (due, order of arming). Each timer knows its place, so arming,
/// stopping and firing cost log n and nothing is left behind by a stopped timer. Not thread-safe: the loop's thread owns it.
/// </summary>
internal sealed class SipTimerQueue
{
    private const int InitialCapacity = 256;

    private readonly Action _assertOwner;
    private SipTimer[] _heap = new SipTimer[InitialCapacity];
    private long _sequence;
    private int _count;

    public SipTimerQueue(TimeProvider time, Action assertOwner)
    {
        Time = time;
        _assertOwner = assertOwner;
    }

    public TimeProvider Time { get; }

    /// <summary>Timers armed now. Read by metrics from other threads.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Due time of the first timer, in timestamp units; <see cref="long.MaxValue"/> when none is armed.</summary>
    public long NextDueTimestamp => _count == 0 ? long.MaxValue : _heap[0].DueTimestamp;

    public void Arm(SipTimer timer, TimeSpan delay)
    {
        _assertOwner();
        if (timer.HeapIndex >= 0)
        {
            RemoveAt(timer.HeapIndex);
        }

        timer.DueTimestamp = Time.GetTimestamp() + ToTimestampUnits(delay);
        timer.Sequence = _sequence++;
        if (_count == _heap.Length)
        {
            Array.Resize(ref _heap, _heap.Length * 2);
        }

        Volatile.Write(ref _count, _count + 1);
        SiftUp(_count - 1, timer);
    }

    public void Disarm(SipTimer timer)
    {
        _assertOwner();
        if (timer.HeapIndex >= 0)
        {
            RemoveAt(timer.HeapIndex);
        }
    }

    /// <summary>Takes the first timer out when it is due at <paramref name="nowTimestamp"/>; otherwise null.</summary>
    public SipTimer? TakeDue(long nowTimestamp)
    {
        if (_count == 0 || _heap[0].DueTimestamp > nowTimestamp)
        {
            return null;
        }

        SipTimer timer = _heap[0];
        RemoveAt(0);
        return timer;
    }

    private long ToTimestampUnits(TimeSpan delay)
    {
        // Rounded up: a timer may be late by one unit of the clock, never early.
        long ticks = Math.Max(0, delay.Ticks);
        long frequency = Time.TimestampFrequency;
        return (long)(((Int128)ticks * frequency + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond);
    }

    private void RemoveAt(int index)
    {
        _heap[index].HeapIndex = -1;
        Volatile.Write(ref _count, _count - 1);
        SipTimer last = _heap[_count];
        _heap[_count] = null!;
        if (index == _count)
        {
            return;
        }

        if (index > 0 && IsBefore(last, _heap[(index - 1) / 2]))
        {
            SiftUp(index, last);
        }
        else
        {
            SiftDown(index, last);
        }
    }

    private void SiftUp(int index, SipTimer timer)
    {
        while (index > 0)
        {
            int parent = (index - 1) / 2;
            if (!IsBefore(timer, _heap[parent]))
            {
                break;
            }

            Place(index, _heap[parent]);
            index = parent;
        }

        Place(index, timer);
    }

    private void SiftDown(int index, SipTimer timer)
    {
        while (true)
        {
            int child = (2 * index) + 1;
            if (child >= _count)
            {
                break;
            }

            if (child + 1 < _count && IsBefore(_heap[child + 1], _heap[child]))
            {
                child++;
            }

            if (!IsBefore(_heap[child], timer))
            {
                break;
            }

            Place(index, _heap[child]);
            index = child;
        }

        Place(index, timer);
    }

    private void Place(int index, SipTimer timer)
    {
        _heap[index] = timer;
        timer.HeapIndex = index;
    }

    private static bool IsBefore(SipTimer left, SipTimer right) =>
        left.DueTimestamp != right.DueTimestamp ? left.DueTimestamp < right.DueTimestamp : left.Sequence < right.Sequence;
}
