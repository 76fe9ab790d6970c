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

    /// <summary>Who left is told of for so long, as gone; who was taken out of service is then forgotten.</summary>
    private static readonly TimeSpan GoneLimit = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);

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
            ForgetGone();
            _known[name] = new Known((_known.GetValueOrDefault(name)?.ConnectsCount ?? 0) + 1, time.GetTimestamp());
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
                _known[name] = _known[name] with { SeenTimestamp = time.GetTimestamp() };
            }
        }
    }

    public IReadOnlyList<LinkClientStatus> Status()
    {
        lock (_gate)
        {
            ForgetGone();
            return [.. _known.OrderBy(static one => one.Key, StringComparer.Ordinal).Select(one => Status(one.Key, one.Value))];
        }
    }

    private LinkClientStatus Status(string name, Known known)
    {
        List<LinkSession> open = _byName.TryGetValue(name, out Entry? entry) ? entry.Sessions : [];
        return new LinkClientStatus(
            name, open.Count, open.Count == 0 ? null : open.Max(static one => one.SilentMs), open.Sum(static one => (long)one.QueuedBytes), open.Sum(static one => (long)one.UnansweredInputs), known.ConnectsCount);
    }

    /// <summary>Names are of processes that know the cluster's key, so there are not many; those that live stay.</summary>
    private void ForgetGone()
    {
        foreach ((string name, Known known) in _known.ToArray())
        {
            if (!_byName.ContainsKey(name) && time.GetElapsedTime(known.SeenTimestamp) > GoneLimit)
            {
                _known.Remove(name);
            }
        }
    }

    private sealed record Known(long ConnectsCount, long SeenTimestamp);

    private sealed record Entry(string Instance, long SinceTimestamp)
    {
        public List<LinkSession> Sessions { get; } = [];
    }
}
