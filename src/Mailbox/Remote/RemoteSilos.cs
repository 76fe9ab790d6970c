namespace Routing.Mailbox.Remote;

/// <summary>
/// The silos that a client keeps links to: those it was told at its start, and those that silos tell of. Sees to it that a silo with two addresses is reached over one of them, and that of
/// two clients under one name the one that is connected for longer goes on alone.
/// </summary>
/// <param name="gate">The host's lock.</param>
/// <param name="own">Told of, and not reached: this process is there. Null for none.</param>
/// <param name="make">Makes what reaches a silo at an address; not started.</param>
internal sealed class RemoteSilos(Lock gate, IReadOnlyList<string> known, string? own, Func<string, RemoteSilo> make) : IDisposable
{
    /// <summary>More than any cluster has.</summary>
    private const int SilosLimit = 1_000;

    private readonly Dictionary<string, RemoteSilo> _byAddress = new(StringComparer.OrdinalIgnoreCase);
    private RemoteConnection? _refusedFor;
    private bool _disposed;

    /// <summary>Another process of this name is connected: what to tell. Null when none is known.</summary>
    public string? NameTaken
    {
        get
        {
            lock (gate)
            {
                return _refusedFor is null ? null : LinkWords.NameTaken;
            }
        }
    }

    /// <summary>The lock is held by the caller.</summary>
    public IEnumerable<RemoteSilo> All => _byAddress.Values;

    public void Start() => Reach(known);

    /// <summary>A silo told of all that live: new ones are reached, those that are gone are forgotten.</summary>
    public void Told(IReadOnlyList<string> addresses)
    {
        List<RemoteSilo> gone = [];
        lock (gate)
        {
            foreach (RemoteSilo silo in _byAddress.Values.ToArray())
            {
                if (silo.Claims == 0 && !known.Contains(silo.Address, StringComparer.OrdinalIgnoreCase) && !addresses.Contains(silo.Address, StringComparer.OrdinalIgnoreCase))
                {
                    _byAddress.Remove(silo.Address);
                    gone.Add(silo);
                }
            }
        }

        gone.ForEach(silo => silo.Dispose());
        Reach([.. addresses.Where(address => !string.Equals(address, own, StringComparison.OrdinalIgnoreCase))]);
    }

    /// <summary>A silo proved who it is. Null when it may be used over this link; else the address at which it is reached already.</summary>
    public string? Claim(RemoteConnection connection, string instance)
    {
        lock (gate)
        {
            RemoteSilo silo = connection.Silo;
            if (_byAddress.Values.FirstOrDefault(other => other != silo && other.Claims > 0 && other.Instance == instance) is { } same)
            {
                return same.Address;
            }

            silo.Instance = instance;
            silo.Claims++;
            return null;
        }
    }

    /// <summary>A link with a claim ended.</summary>
    public void Release(RemoteConnection connection)
    {
        lock (gate)
        {
            connection.Silo.Claims--;
        }
    }

    /// <summary>
    /// A silo does not serve this process because another one of its name is connected. Whoever is connected for longer, here or there, goes on: the other one closes all of its links, and
    /// asks only there whether the name is free.
    /// </summary>
    public void OnNameTaken(RemoteConnection connection, long otherForMs)
    {
        ILinkChannel[] open;
        lock (gate)
        {
            RemoteConnection[] ready = [.. _byAddress.Values.SelectMany(silo => silo.Links).Where(link => link.Channel is not null)];
            if (ready.Length > 0 && ready.Max(link => link.ReadyForMs) > otherForMs)
            {
                return;
            }

            _refusedFor = connection;
            open = [.. ready.Select(link => link.Channel).OfType<ILinkChannel>()];
        }

        Array.ForEach(open, channel => channel.Dispose());
    }

    /// <summary>An attempt came to another end than that: the name may be free.</summary>
    public void OnNameFree(RemoteConnection connection)
    {
        lock (gate)
        {
            _refusedFor = ReferenceEquals(_refusedFor, connection) ? null : _refusedFor;
        }
    }

    /// <summary>It must not be dialled now, since this process knows that its name is taken.</summary>
    public bool IsHeld(RemoteConnection connection)
    {
        lock (gate)
        {
            return _refusedFor is not null && !ReferenceEquals(_refusedFor, connection);
        }
    }

    public void Dispose()
    {
        RemoteSilo[] silos;
        lock (gate)
        {
            _disposed = true;
            silos = [.. _byAddress.Values];
        }

        Array.ForEach(silos, silo => silo.Dispose());
    }

    private void Reach(IReadOnlyList<string> addresses)
    {
        List<RemoteSilo> added = [];
        lock (gate)
        {
            foreach (string address in addresses)
            {
                if (!_disposed && _byAddress.Count < SilosLimit && !_byAddress.ContainsKey(address))
                {
                    RemoteSilo silo = make(address);
                    _byAddress.Add(address, silo);
                    added.Add(silo);
                }
            }
        }

        added.ForEach(silo => silo.Start());
    }
}
