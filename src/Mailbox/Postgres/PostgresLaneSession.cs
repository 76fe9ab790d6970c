using System.Runtime.ExceptionServices;
using Npgsql;
using NpgsqlTypes;
using Routing.Contracts.Engine;

namespace Routing.Mailbox.Postgres;

/// <summary>
/// A lane's ownership on a connection of its own. Anything unexpected on it (an error, a time-out, a notice while it commits) ends the session: the outcome is unknown, and
/// only the next owner, having read, knows.
/// </summary>
internal sealed class PostgresLaneSession : ILaneSession
{
    private readonly PostgresStore _store;
    private readonly PostgresConnection _connection;
    private readonly PostgresOwnership _ownership;
    private readonly CommitBatch _batch;
    private readonly NpgsqlCommand _sign;
    private readonly NpgsqlParameter<long> _signMs = new() { NpgsqlDbType = NpgsqlDbType.Bigint };
    private bool _isFenced;
    private bool _disposed;

    public PostgresLaneSession(PostgresStore store, PostgresConnection connection, PostgresOwnership ownership)
    {
        (_store, _connection, _ownership) = (store, connection, ownership);
        _batch = new CommitBatch(connection.Client);

        // One transaction that waits for no disk: local to it, so that the next commit waits again. One statement: Npgsql writes all but the first on the thread pool, and a sign depends on nobody.
        _sign = new NpgsqlCommand("UPDATE owners SET alive_ms = $1 FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unforced WHERE id = $2", connection.Client);
        _sign.Parameters.Add(_signMs);
        _sign.Parameters.With(ownership.Owner);
    }

    public IReadOnlyList<PartitionEpoch> Partitions => _ownership.Partitions;

    public bool IsOver => !_connection.IsOpen || IsPast;

    public long Timeline => _connection.Session.Timeline;

    /// <summary>Another connection of this process has found a server that took over from this one, which was not fenced.</summary>
    private bool IsPast => Timeline < _store.Timeline;

    public IReadOnlyList<PartitionEpoch> Take(IReadOnlyList<int> partitions)
    {
        IReadOnlyList<int> free = _store.ReserveFree(this, partitions);
        IReadOnlyList<PartitionEpoch> taken = [];
        try
        {
            taken = free.Count == 0 ? [] : _ownership.TakeMore(free, _store.Silo);
            _store.NoteLevel(_ownership.Level);
        }
        finally
        {
            _store.Forget(this, [.. free.Where(partition => !taken.Any(owned => owned.Partition == partition))]);
        }

        return taken;
    }

    public void GiveUp(IReadOnlyList<int> partitions, long nowMs)
    {
        _ownership.GiveUp(partitions, nowMs);
        _store.Forget(this, partitions);
    }

    public IReadOnlyList<DomainPlacement> ReadPlacements(IReadOnlyList<int> partitions) => _connection.Use(client => PostgresReads.Placements(client, partitions));

    public long ReadClockMs() => _store.Options.ServerClock?.GetUtcNow().ToUnixTimeMilliseconds() ?? _connection.Use(static client =>
    {
        using NpgsqlCommand command = new("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint", client);
        return (long)command.ExecuteScalar()!;
    });

    public StoredDomain ReadDomain(DomainPlacement domain) => _connection.Use(client => PostgresReads.Domain(client, domain));

    public void LoadRows(int domain, IReadOnlyList<byte> kinds, Action<IReadOnlyList<StoredRow>> take)
    {
        // What the taker throws is no failure of the connection: the rest is read past it.
        Exception? thrown = null;
        _connection.Use(client =>
        {
            PostgresReads.LoadRows(client, domain, kinds, rows => thrown ??= Try(take, rows));
            return true;
        });
        if (thrown is not null)
        {
            ExceptionDispatchInfo.Throw(thrown);
        }
    }

    public void ReadRows(IReadOnlyList<RowAddress> addresses, Action<int, StoredRow> take) => Read(client => PostgresReads.Rows(client, addresses, take));

    public void ReadTurns(int domain, long fromSequence, int limitTurns, ICollection<StoredTurn> found) =>
        Read(client => PostgresReads.Turns(client, domain, fromSequence, limitTurns, found));

    public bool TryReadChanges(int domain, long afterSequence, long upToSequence, ICollection<RowKey> changed) =>
        _connection.Use(client => PostgresReads.Changes(client, domain, afterSequence, upToSequence, changed));

    public IdempotentReply? FindReply(int domain, string key) => _connection.Use(client => PostgresReads.Reply(client, domain, key));

    public DeadLetter? FindDeadLetter(int domain, long number) => _connection.Use(client => PostgresReads.Letter(client, domain, number));

    public CommitResult Commit(LaneCommit commit)
    {
        if (!_connection.IsOpen || _isFenced)
        {
            return new CommitResult(CommitOutcome.NotCommitted, StoreFailure.Closed, "The connection is over.");
        }

        if (IsPast)
        {
            _connection.Break();
            return new CommitResult(CommitOutcome.NotCommitted, StoreFailure.Fenced, _store.Past(Timeline));
        }

        try
        {
            _connection.ClearNotice();
            _batch.Run(commit);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresFailure.FencedState)
        {
            // The server said so before the commit: nothing is in doubt, and whatever locks are left can be given back.
            _isFenced = true;
            return new CommitResult(CommitOutcome.NotCommitted, StoreFailure.Fenced, exception.MessageText);
        }
        catch (Exception exception)
        {
            // Also one that is not the server's: it may have been thrown with half of the batch under way.
            _connection.Break();
            return new CommitResult(CommitOutcome.Unknown, PostgresFailure.Of(exception), PostgresFailure.Message(exception, _store.Settings));
        }

        if (_connection.Notice is not { } notice)
        {
            return CommitResult.Ok;
        }

        // "The transaction has already committed locally, but might not have been replicated to the standby": success by name only.
        _connection.Break();
        return new CommitResult(CommitOutcome.Unknown, StoreFailure.Io, $"PostgreSQL at {_store.Settings.Server} committed with a warning: {notice}");
    }

    public int Prune(PruneRequest request) => _connection.Use(client => PostgresPruning.Run(client, request, Partitions));

    public void SignOfLife(long nowMs)
    {
        if (!_connection.IsOpen)
        {
            return;
        }

        try
        {
            _signMs.TypedValue = nowMs;
            _sign.ExecuteNonQuery();
        }
        catch (Exception exception) when (PostgresFailure.IsFailure(exception))
        {
            // The next commit or read tells of it.
            _connection.Break();
        }
    }

    public void Idle()
    {
        // The server tidies by itself.
    }

    /// <summary>Gives the locks back when nothing is in doubt, so that the next owner need not wait for the end of this server process; closes in any case.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        bool released = false;
        try
        {
            released = _connection.IsOpen && _ownership.Release();
        }
        catch (StoreException)
        {
            // Closing frees them.
            released = false;
        }

        _batch.Dispose();
        _sign.Dispose();
        _connection.Dispose();
        _store.Released(this, _connection.Session, released);
    }

    private void Read(Action<NpgsqlConnection> read) => _connection.Use(client =>
    {
        read(client);
        return true;
    });

    private static Exception? Try(Action<IReadOnlyList<StoredRow>> take, IReadOnlyList<StoredRow> rows)
    {
        try
        {
            take(rows);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }
}
