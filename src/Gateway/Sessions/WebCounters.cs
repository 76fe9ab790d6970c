namespace Routing.Gateway.Sessions;

/// <summary>Counters of the web side since the process began, for /metrics.</summary>
public sealed class WebCounters
{
    private readonly long[] _responses = new long[5];
    private long _keysRefused;
    private long _throttled;
    private long _connectionsRefused;
    private long _hubConnections;
    private long _hubConnectionsRefused;
    private long _hubFrames;
    private long _hubFullFrames;

    /// <summary>A consistent enough reading of each counter.</summary>
    public WebCountersSnapshot Snapshot() => new()
    {
        Responses1xx = Volatile.Read(ref _responses[0]),
        Responses2xx = Volatile.Read(ref _responses[1]),
        Responses3xx = Volatile.Read(ref _responses[2]),
        Responses4xx = Volatile.Read(ref _responses[3]),
        Responses5xx = Volatile.Read(ref _responses[4]),
        KeysRefused = Volatile.Read(ref _keysRefused),
        Throttled = Volatile.Read(ref _throttled),
        ConnectionsRefused = Volatile.Read(ref _connectionsRefused),
        HubConnections = Volatile.Read(ref _hubConnections),
        HubConnectionsRefused = Volatile.Read(ref _hubConnectionsRefused),
        HubFrames = Volatile.Read(ref _hubFrames),
        HubFullFrames = Volatile.Read(ref _hubFullFrames),
    };

    internal void Response(int status) => Interlocked.Increment(ref _responses[Math.Clamp((status / 100) - 1, 0, 4)]);

    internal void KeyRefused() => Interlocked.Increment(ref _keysRefused);

    internal void RequestThrottled() => Interlocked.Increment(ref _throttled);

    internal void ConnectionRefused() => Interlocked.Increment(ref _connectionsRefused);

    /// <summary>Counts a hub connection unless there are too many.</summary>
    internal bool TryOpenHub(int maxConnectionsCount)
    {
        if (Interlocked.Increment(ref _hubConnections) <= maxConnectionsCount)
        {
            return true;
        }

        Interlocked.Decrement(ref _hubConnections);
        Interlocked.Increment(ref _hubConnectionsRefused);
        return false;
    }

    internal void HubClosed() => Interlocked.Decrement(ref _hubConnections);

    internal void HubFrame(bool full)
    {
        Interlocked.Increment(ref _hubFrames);
        if (full)
        {
            Interlocked.Increment(ref _hubFullFrames);
        }
    }
}
