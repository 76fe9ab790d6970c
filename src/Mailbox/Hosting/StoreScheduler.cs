namespace Routing.Mailbox.Hosting;

/// <summary>
/// Runs what waits for the store on threads of its own, as many as wait, up to a limit; one that is idle for a while ends.
/// <para>Not on the thread pool: the client of PostgreSQL hands statements of a batch but the first to that pool, also for a thread of its own that calls it synchronously
/// (https://github.com/npgsql/npgsql/issues/5575). Readers that fill the pool while they wait would hold up commits and signs of life, until the pool starts one thread more each half second.</para>
/// </summary>
internal sealed class StoreScheduler : TaskScheduler
{
    private const TaskCreationOptions Options = TaskCreationOptions.DenyChildAttach | TaskCreationOptions.HideScheduler;

    private readonly object _gate = new();
    private readonly Queue<Task> _tasks = [];
    private readonly string _name;
    private readonly TimeSpan _idleLimit;
    private int _threads;
    private int _idle;

    /// <param name="name">Of its threads.</param>
    /// <param name="limitThreads">What comes when all are busy waits for one.</param>
    /// <param name="idleLimit">After which a thread that has nothing to do ends.</param>
    public StoreScheduler(string name, int limitThreads, TimeSpan idleLimit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limitThreads, 1);
        (_name, MaximumConcurrencyLevel, _idleLimit) = (name, limitThreads, idleLimit);
    }

    public override int MaximumConcurrencyLevel { get; }

    /// <summary>Threads there are now, for tests.</summary>
    internal int ThreadsCount
    {
        get
        {
            lock (_gate)
            {
                return _threads;
            }
        }
    }

    /// <summary>The waiting ends with the token, whatever the work waits for. What awaits it goes on elsewhere: these threads are few.</summary>
    public Task<T> Run<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, Options | TaskCreationOptions.RunContinuationsAsynchronously, this).WaitAsync(cancellationToken);

    public void Run(Action work) => _ = Task.Factory.StartNew(work, CancellationToken.None, Options, this);

    protected override void QueueTask(Task task)
    {
        lock (_gate)
        {
            _tasks.Enqueue(task);
            if (_idle >= _tasks.Count)
            {
                Monitor.Pulse(_gate);
                return;
            }

            if (_threads == MaximumConcurrencyLevel)
            {
                return;
            }

            _threads++;
        }

        new Thread(Work) { IsBackground = true, Name = _name }.Start();
    }

    /// <summary>Never: whoever waits for a task may be a thread of the pool.</summary>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_gate)
        {
            return [.. _tasks];
        }
    }

    private void Work()
    {
        while (Next() is { } task)
        {
            TryExecuteTask(task);
        }
    }

    private Task? Next()
    {
        lock (_gate)
        {
            while (_tasks.Count == 0)
            {
                _idle++;
                bool isPulsed = Monitor.Wait(_gate, _idleLimit);
                _idle--;
                if (!isPulsed && _tasks.Count == 0)
                {
                    _threads--;
                    return null;
                }
            }

            return _tasks.Dequeue();
        }
    }
}
