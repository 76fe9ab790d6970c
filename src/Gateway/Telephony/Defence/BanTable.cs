namespace Routing.Gateway.Telephony.Defence;

/// <summary>
/// Who is banned and until when. Bounded; what is forgotten first is the ban that was spoken longest ago. Any thread.
/// </summary>
internal sealed class BanTable(DefenceOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SourceKey, Ban> _bans = [];
    private readonly Queue<(SourceKey Source, long Number)> _order = new();
    private long _number;
    private int _remembered;

    /// <summary>Sources that are banned now. Looks at every entry: for /metrics.</summary>
    public int ActiveCount
    {
        get
        {
            long now = time.GetTimestamp();
            lock (_gate)
            {
                return _bans.Values.Count(ban => ban.EndsAt > now);
            }
        }
    }

    public bool IsBanned(SourceKey source)
    {
        // Nobody banned is the rule; then no lock is taken for each message.
        if (Volatile.Read(ref _remembered) == 0)
        {
            return false;
        }

        lock (_gate)
        {
            return _bans.TryGetValue(source, out Ban ban) && ban.EndsAt > time.GetTimestamp();
        }
    }

    /// <summary>Bans a source, for twice as long as the last time; returns the seconds. 0 when it is banned already.</summary>
    public int Add(SourceKey source)
    {
        long now = time.GetTimestamp();
        lock (_gate)
        {
            bool isKnown = _bans.TryGetValue(source, out Ban last);
            if (isKnown && last.EndsAt > now)
            {
                return 0;
            }

            bool isRemembered = isKnown && time.GetElapsedTime(last.EndsAt, now) <= TimeSpan.FromSeconds(options.BanMemorySeconds);
            int seconds = isRemembered ? (int)Math.Min(last.Seconds * 2L, options.BanMaxSeconds) : options.BanFirstSeconds;
            _bans[source] = new Ban(now + (seconds * time.TimestampFrequency), seconds, ++_number);
            _order.Enqueue((source, _number));
            MakeRoom();
            Volatile.Write(ref _remembered, _bans.Count);
            return seconds;
        }
    }

    /// <summary>The order has an entry for each ban of a source, of which only the newest counts: both stay within the limit.</summary>
    private void MakeRoom()
    {
        while (_order.Count > options.BansLimitCount)
        {
            (SourceKey source, long number) = _order.Dequeue();
            if (_bans.TryGetValue(source, out Ban ban) && ban.Number == number)
            {
                _bans.Remove(source);
            }
        }
    }

    private readonly record struct Ban(long EndsAt, int Seconds, long Number);
}
