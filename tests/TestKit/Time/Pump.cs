namespace Routing.TestKit.Time;

/// <summary>
/// Runs what an asynchronous method does after its awaits on the thread of the test, between steps that the test makes by hand. It waits for the next piece
/// to come and never for a time, so that nothing depends on how soon other threads are scheduled.
/// </summary>
public sealed class Pump : SynchronizationContext
{
    /// <summary>Far above anything that is waited for; only a fault gets there.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly object _gate = new();
    private readonly Queue<(SendOrPostCallback Work, object? State)> _posted = [];

    private Pump()
    {
    }

    /// <summary>Starts something and drives it to its end. Its exception is thrown.</summary>
    /// <param name="start">Begins it.</param>
    /// <param name="step">Called before each wait: does what it waits for.</param>
    /// <exception cref="TimeoutException">It waits for something that no step brings.</exception>
    public static void Run(Func<Task> start, Action step)
    {
        Pump pump = new();
        SynchronizationContext? former = Current;
        SetSynchronizationContext(pump);
        try
        {
            Task task = start();
            task.ContinueWith(static (_, state) => ((Pump)state!).Post(static _ => { }, null), pump, TaskScheduler.Default);
            while (!task.IsCompleted)
            {
                step();
                pump.RunNext();
            }

            task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(former);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_gate)
        {
            _posted.Enqueue((d, state));
            Monitor.Pulse(_gate);
        }
    }

    private void RunNext()
    {
        (SendOrPostCallback work, object? state) = Next();
        work(state);
    }

    private (SendOrPostCallback Work, object? State) Next()
    {
        lock (_gate)
        {
            while (_posted.Count == 0)
            {
                if (!Monitor.Wait(_gate, Patience))
                {
                    throw new TimeoutException("It waits for something that no step brings.");
                }
            }

            return _posted.Dequeue();
        }
    }
}
