namespace Routing.Mailbox.Lanes;

/// <summary>Drives a lane with a thread of its own: it runs while there is work and sleeps until an input is posted or a timer is due.</summary>
public sealed class LaneThread : IDisposable
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromMilliseconds(500);

    private readonly Lane _lane;
    private readonly Thread _thread;
    private readonly TimeProvider _time;
    private readonly TimeSpan _drainLimit;

    /// <param name="lane">Owned: disposed when the thread ends.</param>
    /// <param name="time">Measures how long stopping takes.</param>
    /// <param name="drainLimit">After <see cref="Dispose"/>, inputs taken before still run for at most so long; the rest is refused.</param>
    public LaneThread(Lane lane, TimeProvider time, TimeSpan drainLimit)
    {
        _lane = lane;
        _time = time;
        _drainLimit = drainLimit;
        _thread = new Thread(Run) { IsBackground = true, Name = $"lane {lane.Number}" };
    }

    public void Start() => _thread.Start();

    /// <summary>
    /// Stops taking inputs, finishes the batch, commits, gives up ownership. Waits for it, but not for a store that hangs: what it then commits
    /// is found by the next owner, and nothing of it was answered.
    /// </summary>
    public void Dispose()
    {
        _lane.Close();
        if (_thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            _lane.Dispose();
            return;
        }

        _thread.Join(_drainLimit + HangLimit);
    }

    private void Run()
    {
        long closedTimestamp = 0;
        while (true)
        {
            LaneStep step = Step();
            if (_lane.IsClosed)
            {
                closedTimestamp = closedTimestamp == 0 ? _time.GetTimestamp() : closedTimestamp;
                bool done = _lane.Unanswered == 0 && !step.DidWork;
                if (done || _lane.NotReadyReason is not null || _time.GetElapsedTime(closedTimestamp) >= _drainLimit)
                {
                    _lane.Dispose();
                    return;
                }
            }
            else if (!step.DidWork && step.WakeInMs > 0)
            {
                long asleep = _time.GetTimestamp();
                int wantedMs = _lane.Wait(step.WakeInMs);
                _lane.Slept((long)_time.GetElapsedTime(asleep).TotalMilliseconds - wantedMs);
            }
        }
    }

    private LaneStep Step()
    {
        try
        {
            return _lane.RunBatch();
        }
        catch (Exception exception)
        {
            // The outermost frame of the thread: a bug of ours must not end it, what is stored is sound.
            _lane.Abandon(exception);
            return new LaneStep(false, 1);
        }
    }
}
