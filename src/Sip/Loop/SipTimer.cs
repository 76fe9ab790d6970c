namespace Routing.Sip.Loop;

/// <summary>
/// A one-shot timer of a <see cref="SipLoop"/>: made once, armed and stopped as often as needed without allocation.
/// Belongs to the loop: every member is for the loop's thread only. The callback runs on that thread, never after <see cref="Stop"/>.
/// </summary>
public sealed class SipTimer
{
    /// <summary>A loop that is so late was stopped, with its process or by its machine, or cannot read what comes: in both cases what a timer waits for may be there already.</summary>
    internal static readonly TimeSpan LateAfter = TimeSpan.FromSeconds(1);

    private readonly SipTimerQueue _queue;
    private readonly Action<object?> _callback;
    private readonly object? _state;
    private bool _isPostponed;

    internal SipTimer(SipTimerQueue queue, Action<object?> callback, object? state)
    {
        _queue = queue;
        _callback = callback;
        _state = state;
    }

    /// <summary>True from <see cref="Start"/> until it fires or is stopped.</summary>
    public bool IsRunning => HeapIndex >= 0;

    /// <summary>Place in the queue's heap, -1 when not armed.</summary>
    internal int HeapIndex { get; set; } = -1;

    /// <summary>When it is due, in timestamp units of the loop's <see cref="TimeProvider"/>.</summary>
    internal long DueTimestamp { get; set; }

    /// <summary>Order of arming: timers due at the same instant fire in the order in which they were armed.</summary>
    internal long Sequence { get; set; }

    /// <summary>For the callback: how long after its time the timer fires.</summary>
    public TimeSpan Lateness => _queue.Time.GetElapsedTime(DueTimestamp);

    /// <summary>Arms the timer, or arms it anew when it runs already. A delay of zero or less is due at once, but never fires inside this call.</summary>
    public void Start(TimeSpan delay)
    {
        _isPostponed = false;
        _queue.Arm(this, delay);
    }

    /// <summary>
    /// For the callback of a timer that gives something up. A process that was stopped finds its timers due before it has read what came meanwhile, and would give up what it waits for with the answer unread:
    /// a timer that fires more than a second late fires once more, after the delay. Once for each <see cref="Start"/>, so that a loop that is always late gives up as well.
    /// </summary>
    /// <returns>True when it was armed for that: nothing is to be given up yet.</returns>
    public bool TryPostpone(TimeSpan delay)
    {
        if (_isPostponed || Lateness <= LateAfter)
        {
            return false;
        }

        _isPostponed = true;
        _queue.Arm(this, delay);
        return true;
    }

    /// <summary>Disarms the timer; nothing happens when it does not run.</summary>
    public void Stop() => _queue.Disarm(this);

    internal void Fire() => _callback(_state);
}
