using Npgsql;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.Postgres;

/// <summary>
/// The store of a cluster: tables in one schema of a PostgreSQL database, shared by all silos. Owners have a connection each (<see cref="PostgresOwnership"/>); the map of
/// domains is read and changed by connections that are closed at once, and readers share a small pool.
/// </summary>
public sealed class PostgresStore : IMailboxStore
{
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();

    /// <summary>
    /// Partitions that a session of this process works on. The server would refuse a second session too, but not a second taking on the same connection: its locks are re-entrant.
    /// </summary>
    private readonly Dictionary<int, object> _working = [];

    /// <summary>Sessions that were dropped in doubt: their server processes may still hold locks.</summary>
    private readonly List<PostgresSession> _dropped = [];
    private bool _disposed;
    private long _silo;
    private int _level = FormatLevel.First;
    private long _timeline;

    private PostgresStore(PostgresSettings settings, TimeProvider time, PostgresStoreOptions options) => (Settings, _time, Options) = (settings, time, options);

    /// <summary>Server, database and schema, for whoever started the program; no secret.</summary>
    public string Name => $"{Settings.Database} on {Settings.Server}, schema {Settings.Schema}";

    /// <summary>What of the server's settings should be otherwise, each in a sentence for whoever started the program.</summary>
    public IReadOnlyList<string> Advice { get; private set; } = [];

    internal PostgresSettings Settings { get; }

    /// <summary>As whom lanes take partitions that the stored map gives to silos; null outside of a cluster.</summary>
    internal long? Silo
    {
        get => Interlocked.Read(ref _silo) is var silo and not 0 ? silo : null;
        set => Interlocked.Exchange(ref _silo, value ?? 0);
    }

    internal PostgresStoreOptions Options { get; }

    /// <summary>The highest timeline of the server's log that this process has seen: each promotion of a standby begins a higher one.</summary>
    internal long Timeline => Interlocked.Read(ref _timeline);

    /// <inheritdoc/>
    public int Level => Volatile.Read(ref _level);

    /// <summary>
    /// The server's cluster, the database, the tables, and what is written as a comment on the schema: a copy that was loaded into other tables is told by itself, one of the server's files not;
    /// whoever brings such a one back changes the comment.
    /// </summary>
    public string History { get; private set; } = string.Empty;

    /// <summary>Looks whether the database can be used, and makes or completes the tables.</summary>
    /// <param name="connection">Npgsql's keywords (Host=…;Username=…;Password=…;Database=…). Search Path names the schema; "routing" without it.</param>
    /// <param name="time">This machine's clock, compared with the server's.</param>
    /// <param name="options">Defaults when null.</param>
    /// <exception cref="PostgresStoreException">Not reachable, no rights, too old, too new, a pooler, a standby, or clocks that differ: in one line.</exception>
    public static PostgresStore Open(string connection, TimeProvider time, PostgresStoreOptions? options = null) =>
        Open(connection, time, options ?? new PostgresStoreOptions(), mayChangeTables: true);

    /// <summary>The same for whoever only asks (<see cref="PostgresCluster"/>): a newer program must not change the tables of silos that run.</summary>
    /// <exception cref="PostgresStoreException">As <see cref="Open(string, TimeProvider, PostgresStoreOptions?)"/>, and when the tables are not those of this version.</exception>
    public static PostgresStore OpenAsIs(string connection, TimeProvider time) => Open(connection, time, new PostgresStoreOptions(), mayChangeTables: false);

    private static PostgresStore Open(string connection, TimeProvider time, PostgresStoreOptions options, bool mayChangeTables)
    {
        PostgresStore store = new(PostgresSettings.Parse(connection, options), time, options);
        try
        {
            using PostgresConnection control = store.Connect(store.Settings.Control);
            if (mayChangeTables)
            {
                store.NoteLevel(PostgresSchema.Migrate(control, store.Settings, options));
            }
            else
            {
                store.NoteLevel(PostgresSchema.Check(control, store.Settings, options));
            }

            store.Advice = PostgresAdvice.Of(control.Session.StandbyNames, control.Session.SynchronousCommit);
            store.History = control.Use(PostgresReads.History);
            return store;
        }
        catch (StoreException exception)
        {
            throw exception as PostgresStoreException ?? new PostgresStoreException(exception.Failure, exception.Message, exception) { IsPassing = exception.IsPassing };
        }
    }

    /// <inheritdoc/>
    public bool KeepsChanges => true;

    public IReadOnlyList<DomainPlacement> ReadPlacements() => Control(PostgresReads.Placements);

    public DomainPlacement PlaceDomain(DomainId domain, int partition, int lane) => Control(client => PostgresPlacement.Place(client, domain, partition, lane));

    public DomainPlacement MoveDomain(DomainId domain, int partition) => Control(client => PostgresPlacement.Move(client, domain, partition));

    public ILaneSession Acquire(IReadOnlyList<int> partitions)
    {
        object reservation = Reserve(partitions);
        PostgresConnection? connection = null;
        try
        {
            connection = Connect(Settings.Owner);
            EndDropped(connection);
            PostgresOwnership ownership = PostgresOwnership.Take(connection, partitions, $"{Options.Name}/{Environment.ProcessId}", Options.HighestLevel);
            NoteLevel(ownership.Level);
            PostgresLaneSession session = new(this, connection, ownership);
            Hand(reservation, session);
            return session;
        }
        catch
        {
            // With the connection go the locks that it got.
            connection?.Dispose();
            Forget(reservation);
            throw;
        }
    }

    public IStoreReader OpenReader() => new PostgresReader(Settings);

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }
    }

    /// <summary>Somebody raised it.</summary>
    internal void NoteLevel(int level)
    {
        lock (_gate)
        {
            Volatile.Write(ref _level, Math.Max(_level, level));
        }
    }

    /// <summary>Why a server on a lower timeline than <see cref="Timeline"/> is not used.</summary>
    internal string Past(long timeline) =>
        $"the server at {Settings.Server} that calls itself primary is on timeline {timeline}, and this process has worked on timeline {Timeline}: an old primary came back as it was; stop it, it can only follow the new one (pg_rewind, pg_basebackup)";

    /// <summary>The end of a session: its partitions may be taken again, by this process too.</summary>
    internal void Released(PostgresLaneSession session, PostgresSession of, bool isCertain)
    {
        Forget(session);
        lock (_gate)
        {
            if (!isCertain)
            {
                _dropped.Add(of);
            }
        }
    }

    /// <summary>Notes those that no session of this process works on as worked on by this one. Returns them.</summary>
    internal IReadOnlyList<int> ReserveFree(PostgresLaneSession session, IReadOnlyList<int> partitions)
    {
        lock (_gate)
        {
            return [.. partitions.Where(partition => _working.TryAdd(partition, session))];
        }
    }

    internal void Forget(PostgresLaneSession session, IReadOnlyList<int> partitions)
    {
        lock (_gate)
        {
            foreach (int partition in partitions)
            {
                if (_working.TryGetValue(partition, out object? by) && ReferenceEquals(by, session))
                {
                    _working.Remove(partition);
                }
            }
        }
    }

    /// <summary>Work on a connection that is closed at once.</summary>
    internal T Control<T>(Func<NpgsqlConnection, T> work)
    {
        using PostgresConnection control = Connect(Settings.Control);
        return control.Use(work);
    }

    internal PostgresConnection ConnectMember() => Connect(Settings.Member);

    private PostgresConnection Connect(string connection)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                throw new StoreException(StoreFailure.Closed, "The store is closed.");
            }
        }

        PostgresConnection opened = PostgresConnection.Open(connection, Settings, Options, _time);
        try
        {
            CheckClock(opened.Session);
            CheckPast(opened);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private void CheckClock(PostgresSession session)
    {
        (long aheadMs, double tookMs) = session.Clock;
        if (aheadMs > Options.ClockLimitMs + tookMs || aheadMs < -Options.ClockLimitMs)
        {
            throw new PostgresStoreException(
                StoreFailure.ClockDiffers,
                $"this machine's clock is {Math.Abs(aheadMs) / 1_000.0:0.0} s {(aheadMs > 0 ? "ahead of" : "behind")} that of the server at {Settings.Server}: set it right, at most {Options.ClockLimitMs} ms are allowed") { IsPassing = true };
        }
    }

    /// <summary>Nothing is opened on a server that others have taken over from, nor on one whose files were put back while this process ran: what it remembers would be mixed with what was before.</summary>
    private void CheckPast(PostgresConnection opened)
    {
        lock (_gate)
        {
            Interlocked.Exchange(ref _timeline, Math.Max(_timeline, opened.Session.Timeline));
        }

        if (opened.Session.Timeline < Timeline)
        {
            throw new PostgresStoreException(StoreFailure.Fenced, Past(opened.Session.Timeline));
        }

        if (History.Length > 0 && opened.Use(PostgresReads.History) != History)
        {
            throw new PostgresStoreException(
                StoreFailure.Fenced, $"the data in {Name} have another history than those that this process began with (another server, or files that were put back): start this process again to work on them");
        }
    }

    private object Reserve(IReadOnlyList<int> partitions)
    {
        object reservation = new();
        lock (_gate)
        {
            foreach (int partition in partitions)
            {
                if (_working.ContainsKey(partition))
                {
                    throw new StoreException(StoreFailure.Busy, $"partition {partition} is worked on by another lane of this process");
                }
            }

            foreach (int partition in partitions)
            {
                _working.Add(partition, reservation);
            }
        }

        return reservation;
    }

    private void Hand(object reservation, PostgresLaneSession session)
    {
        lock (_gate)
        {
            foreach (int partition in session.Partitions.Select(owned => owned.Partition))
            {
                _working[partition] = session;
            }
        }
    }

    private void Forget(object worker)
    {
        lock (_gate)
        {
            foreach ((int partition, object by) in _working.ToArray())
            {
                if (ReferenceEquals(by, worker))
                {
                    _working.Remove(partition);
                }
            }
        }
    }

    private void EndDropped(PostgresConnection connection)
    {
        PostgresSession[] dropped;
        lock (_gate)
        {
            dropped = [.. _dropped];
            _dropped.Clear();
        }

        foreach (PostgresSession former in dropped)
        {
            if (PostgresOwnership.EndFormer(connection, former))
            {
                lock (_gate)
                {
                    // Looked at again: until it is gone, the next taking finds its locks.
                    _dropped.Add(former);
                }
            }
        }
    }
}
