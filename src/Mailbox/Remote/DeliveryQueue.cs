namespace Routing.Mailbox.Remote;

/// <summary>
/// Calls handlers one after the other, in the order in which they were added, on the thread of whoever finds it idle: outside of all locks. Adding and running are two steps: what is decided
/// under a lock is added under it, so that the order is that of the decisions. Handlers do not throw.
/// </summary>
internal sealed class DeliveryQueue
{
    private readonly Lock _gate = new();
    private readonly Queue<Action> _waiting = [];
    private bool _isRunning;

    public void Add(Action delivery)
    {
        lock (_gate)
        {
            _waiting.Enqueue(delivery);
        }
    }

    /// <summary>Empties it, unless another thread does so now.</summary>
    public void Run()
    {
        lock (_gate)
        {
            if (_isRunning)
            {
                return;
            }

            _isRunning = true;
        }

        while (Next() is { } next)
        {
            next();
        }
    }

    private Action? Next()
    {
        lock (_gate)
        {
            _isRunning = _waiting.TryDequeue(out Action? next);
            return next;
        }
    }
}
