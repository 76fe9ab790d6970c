namespace Routing.Mailbox.Remote;

/// <summary>
/// Which process has which name. Two gateways under one name would hear each other's replies and effects, so the one that is connected and alive keeps it. A process that was started anew
/// gets in at once when the links of its former life are closed, as the system does for a killed process, and after <see cref="SilenceLimitMs"/> when they only fell silent (a frozen
/// process, a host without power).
/// </summary>
internal sealed class LinkClients(TimeProvider time)
{
    /// <summary>More than twice the time after which a live side says something.</summary>
    public const int SilenceLimitMs = 1_200;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _byName = new(StringComparer.Ordinal);

    /// <summary>Lets a session in, or says who has the name: from where, and since how many milliseconds.</summary>
    public (string Peer, long ForMs)? Admit(string name, string instance, LinkSession session)
    {
        LinkSession[] silent = [];
        lock (_gate)
        {
            if (_byName.TryGetValue(name, out Entry? entry) && entry.Instance != instance)
            {
                if (entry.Sessions.Find(other => other.SilentMs <= SilenceLimitMs) is { } alive)
                {
                    return (alive.Peer, (long)time.GetElapsedTime(entry.SinceTimestamp).TotalMilliseconds);
                }

                silent = [.. entry.Sessions];
                entry = null;
            }

            if (entry is null)
            {
                _byName[name] = entry = new Entry(instance, time.GetTimestamp());
            }

            entry.Sessions.Add(session);
        }

        Array.ForEach(silent, other => other.Dispose());
        return null;
    }

    public void Leave(string name, LinkSession session)
    {
        lock (_gate)
        {
            if (_byName.TryGetValue(name, out Entry? entry) && entry.Sessions.Remove(session) && entry.Sessions.Count == 0)
            {
                _byName.Remove(name);
            }
        }
    }

    private sealed record Entry(string Instance, long SinceTimestamp)
    {
        public List<LinkSession> Sessions { get; } = [];
    }
}
