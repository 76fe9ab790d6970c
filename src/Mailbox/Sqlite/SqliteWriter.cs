using System.Diagnostics.CodeAnalysis;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.Sqlite;

/// <summary>The one connection that writes, with its prepared statements. Used under <see cref="SqliteStore.Gate"/>.</summary>
[SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "Statements belong to their connection, which disposes them.")]
internal sealed class SqliteWriter : IDisposable
{
    private readonly string _path;
    private readonly SqliteDatabase _database;
    private readonly SqliteCheckpointer _checkpointer;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _alive;
    private readonly SqliteStatement _epoch;
    private readonly SqliteStatement _putRow;
    private readonly SqliteStatement _deleteRow;
    private readonly SqliteStatement _putTurn;
    private readonly SqliteStatement _putMark;
    private readonly SqliteStatement _putReply;
    private readonly SqliteStatement _putDeadLetter;

    public SqliteWriter(string path, SqliteStoreOptions options, bool mayCreate)
    {
        _path = path;
        _database = new SqliteDatabase(path, mayWrite: true, mayCreate);
        try
        {
            if (_database.IsReadOnly)
            {
                throw new DataFolderException(StoreFailure.ReadOnly, $"{path} is read-only");
            }

            _database.Run($"PRAGMA busy_timeout = {options.BusyTimeoutMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
                + $"PRAGMA cache_size = -{options.CacheKib}; PRAGMA wal_autocheckpoint = 0; PRAGMA temp_store = MEMORY;");
            Level = SqliteSchema.Migrate(_database, path, options);

            // SQLite takes a log up to the first frame whose salt and checksum do not follow from its header (https://sqlite.org/fileformat2.html §4.3): zeros are no frame.
            DurableFiles.Grow(path + "-wal", options.LogGrownBytes);
            _begin = _database.Prepare("BEGIN IMMEDIATE");
            _commit = _database.Prepare("COMMIT");
            _epoch = _database.Prepare("SELECT epoch FROM partition WHERE id = ?1");
            _alive = _database.Prepare("UPDATE partition SET alive_ms = ?1 WHERE id = ?2");
            _putRow = _database.Prepare("INSERT INTO record (domain, kind, key, bytes, expires_ms) VALUES (?1, ?2, ?3, ?4, ?5) "
                + "ON CONFLICT DO UPDATE SET bytes = ?4, expires_ms = ?5");
            _deleteRow = _database.Prepare("DELETE FROM record WHERE domain = ?1 AND kind = ?2 AND key = ?3");
            _putTurn = _database.Prepare("INSERT INTO turn (id, at_ms, payload) VALUES (?1, ?2, ?3)");
            _putMark = _database.Prepare("INSERT INTO mark (domain, kind, name, first, second, third, window) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) "
                + "ON CONFLICT DO UPDATE SET first = ?4, second = ?5, third = ?6, window = ?7");
            _putReply = _database.Prepare("INSERT OR REPLACE INTO reply (domain, key, at_ms, hash, reply) VALUES (?1, ?2, ?3, ?4, ?5)");
            _putDeadLetter = _database.Prepare(
                "INSERT INTO dead_letter (id, at_ms, kind, origin, content, error) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
            Reads = new SqliteReads(_database);
            _checkpointer = new SqliteCheckpointer(path, options);
        }
        catch
        {
            _database.Dispose();
            throw;
        }
    }

    /// <summary>Format level of the file.</summary>
    public int Level { get; }

    /// <summary>A commit of it failed: what state it is in is not worth finding out.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>When the last heartbeat of any partition was stored, Unix milliseconds; 0 when there was none yet.</summary>
    public long LastAliveMs() => _database.ReadInt64("SELECT coalesce(max(alive_ms), 0) FROM partition");

    public SqliteReads Reads { get; }

    public List<DomainPlacement> ReadPlacements()
    {
        List<DomainPlacement> placements = [];
        SqliteStatement read = _database.Prepare(
            "SELECT d.name, d.id, d.partition, p.lane FROM domain d JOIN partition p ON p.id = d.partition ORDER BY d.id");
        while (read.Read())
        {
            placements.Add(new DomainPlacement(DomainId.Of(read.Text(0)), (int)read.Int64(1), (int)read.Int64(2), (int)read.Int64(3)));
        }

        return placements;
    }

    public DomainPlacement PlaceDomain(DomainId domain, int partition, int lane)
    {
        if (Find(domain) is { } known)
        {
            return known;
        }

        InTransaction(() =>
        {
            _database.Prepare("INSERT OR IGNORE INTO partition (id, lane, epoch, alive_ms) VALUES (?1, ?2, 0, 0)")
                .Bind(1, partition).Bind(2, lane).Run();
            _database.Prepare("INSERT INTO domain (name, partition) VALUES (?1, ?2)")
                .Bind(1, domain.Value).Bind(2, partition).Run();
        });
        return Find(domain)!.Value;
    }

    public DomainPlacement MoveDomain(DomainId domain, int partition)
    {
        DomainPlacement known = Find(domain) ?? throw new StoreException(StoreFailure.Io, $"There is no domain '{domain}'.");
        InTransaction(() =>
        {
            _database.Prepare("INSERT OR IGNORE INTO partition (id, lane, epoch, alive_ms) VALUES (?1, ?2, 0, 0)")
                .Bind(1, partition).Bind(2, known.Lane).Run();
            _database.Prepare(
                "UPDATE partition SET epoch = 1 + (SELECT max(epoch) FROM partition WHERE id IN (?1, ?2)), "
                + "alive_ms = (SELECT max(alive_ms) FROM partition WHERE id IN (?1, ?2)) WHERE id = ?1")
                .Bind(1, partition).Bind(2, known.Partition).Run();
            _database.Prepare("UPDATE domain SET partition = ?1 WHERE id = ?2").Bind(1, partition).Bind(2, known.Number).Run();
        });
        return Find(domain)!.Value;
    }

    /// <summary>Commits epoch + 1 for each partition and returns the new epochs.</summary>
    public List<PartitionEpoch> Acquire(IReadOnlyList<int> partitions)
    {
        List<PartitionEpoch> owned = [];
        InTransaction(() =>
        {
            foreach (int partition in partitions)
            {
                _database.Prepare(
                    "INSERT INTO partition (id, lane, epoch, alive_ms) VALUES (?1, 0, 1, 0) ON CONFLICT (id) DO UPDATE SET epoch = epoch + 1")
                    .Bind(1, partition).Run();
                owned.Add(new PartitionEpoch(partition, _database.ReadInt64($"SELECT epoch FROM partition WHERE id = {partition}")));
            }
        });
        return owned;
    }

    public CommitResult Commit(LaneCommit commit)
    {
        bool committing = false;
        try
        {
            CheckFile();
            _begin.Run();
            foreach (PartitionEpoch owned in commit.Partitions)
            {
                // A read is enough to fence: the transaction holds the only write lock.
                if (_epoch.Bind(1, owned.Partition).ReadInt64() != owned.Epoch)
                {
                    throw new StoreException(StoreFailure.Fenced, $"Partition {owned.Partition} is no longer owned with epoch {owned.Epoch}.");
                }

                if (commit.IsHeartbeat || commit.Domains.Count == 0)
                {
                    _alive.Bind(1, commit.NowMs).Bind(2, owned.Partition).Run();
                }
            }

            foreach (DomainCommit domain in commit.Domains)
            {
                Write(domain, commit.NowMs);
            }

            committing = true;
            _commit.Run();
            _checkpointer.Committed(_database);
            return CommitResult.Ok;
        }
        catch (StoreException exception)
        {
            return Failed(exception, committing);
        }
    }

    public int Prune(PruneRequest request)
    {
        int deleted = 0;
        InTransaction(() =>
        {
            long first = SqliteSchema.KeyOf(request.Domain, 0);

            // Times rise with numbers: looking at the oldest few is enough. A search for old ones would walk over the whole log whenever there are few.
            deleted = Delete("DELETE FROM turn WHERE id IN (SELECT id FROM "
                + "(SELECT id, at_ms FROM turn WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?4) WHERE at_ms < ?3)",
                first, SqliteSchema.KeyOf(request.Domain, request.TurnsBefore), request.TurnsOlderThanMs, request.LimitRows);
            deleted += Delete("DELETE FROM record WHERE id IN (SELECT id FROM record WHERE domain = ?1 AND expires_ms < ?2 LIMIT ?4)",
                request.Domain, request.ExpiredBeforeMs, 0, request.LimitRows);
            deleted += Delete("DELETE FROM reply WHERE domain = ?1 AND at_ms < ?2 AND key IN "
                + "(SELECT key FROM reply WHERE domain = ?1 AND at_ms < ?2 LIMIT ?4)",
                request.Domain, request.RepliesOlderThanMs, 0, request.LimitRows);
            deleted += Delete("DELETE FROM dead_letter WHERE id IN (SELECT id FROM dead_letter WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?4)",
                first, SqliteSchema.KeyOf(request.Domain, Math.Max(0, request.DeadLettersBefore)), 0, request.LimitRows);
        });
        return deleted;
    }

    /// <summary>What to tell when the file is not the one that was opened.</summary>
    public static StoreException Moved(string path) => new(StoreFailure.Io, File.Exists(path)
        ? $"{path} was replaced by another file; put the right one back, or restart to work with this one"
        : $"{path} was deleted or moved away; put it back, or restart to begin anew");

    public void Idle() => _checkpointer.Idle(_database);

    public void Dispose()
    {
        _checkpointer.Dispose();
        try
        {
            _database.Checkpoint(SQLitePCL.raw.SQLITE_CHECKPOINT_TRUNCATE);
        }
        catch (StoreException)
        {
            // The log holds everything; the next opening moves it.
            IsBroken = true;
        }

        _database.Dispose();
    }

    /// <summary>
    /// A file deleted or replaced under the program would take commits until the program ends, and all of them would be gone then. Some microseconds
    /// of a commit that waits for the disk anyway.
    /// </summary>
    private void CheckFile()
    {
        if (_database.HasMoved)
        {
            throw Moved(_path);
        }
    }

    private void Write(DomainCommit domain, long nowMs)
    {
        int number = domain.Placement.Number;
        PutMark(number, SqliteSchema.DomainMark, string.Empty, domain.Sequence, domain.LastTurnMs, nowMs);
        foreach (ref readonly RowChange row in domain.Rows)
        {
            if (row.Bytes is { } bytes)
            {
                _putRow.Bind(1, number).Bind(2, row.Key.Kind).Bind(3, row.Key.Id).Bind(4, bytes.Span).Bind(5, row.ExpiresAtMs).Run();
            }
            else
            {
                _deleteRow.Bind(1, number).Bind(2, row.Key.Kind).Bind(3, row.Key.Id).Run();
            }
        }

        foreach (StoredTurn turn in domain.Turns)
        {
            _putTurn.Bind(1, SqliteSchema.KeyOf(number, turn.Sequence)).Bind(2, turn.AtMs).Bind(3, turn.Payload.Span).Run();
        }

        foreach (SenderMark sender in domain.Senders)
        {
            _putMark.Bind(7, sender.Window.Span);
            PutMark(number, SqliteSchema.SenderMark, sender.Sender.Value, sender.Incarnation, sender.High, 0);
            _putMark.Bind(7, (long?)null);
        }

        foreach (OutboxMark outbox in domain.Outboxes)
        {
            PutMark(number, SqliteSchema.OutboxMark, outbox.Gateway.Value, outbox.Last, outbox.Acknowledged, outbox.FromTurn);
        }

        foreach (IdempotentReply reply in domain.Replies)
        {
            _putReply.Bind(1, number).Bind(2, reply.Key).Bind(3, reply.AtMs).Bind(4, reply.CommandHash.Span).Bind(5, reply.Reply.Span).Run();
        }

        foreach (DeadLetter letter in domain.DeadLetters)
        {
            _putDeadLetter.Bind(1, SqliteSchema.KeyOf(number, letter.Number)).Bind(2, letter.AtMs).Bind(3, (long)letter.Kind)
                .Bind(4, letter.Origin).Bind(5, letter.Content.Span).Bind(6, letter.Error).Run();
        }
    }

    private void PutMark(int domain, int kind, string name, long first, long second, long third) =>
        _putMark.Bind(1, domain).Bind(2, kind).Bind(3, name).Bind(4, first).Bind(5, second).Bind(6, third).Run();

    /// <summary>
    /// Before COMMIT nothing can have been stored. A COMMIT that failed may have reached the disk before its sync failed: unknown, unless the transaction is still open
    /// and is undone here.
    /// </summary>
    private CommitResult Failed(StoreException exception, bool committing)
    {
        bool open = _database.InTransaction;
        IsBroken = exception.Failure != StoreFailure.Fenced;
        try
        {
            if (open)
            {
                _database.Run("ROLLBACK");
            }
        }
        catch (StoreException)
        {
            IsBroken = true;
        }

        bool unknown = committing && (!open || exception.Failure == StoreFailure.Io);
        return new CommitResult(unknown ? CommitOutcome.Unknown : CommitOutcome.NotCommitted, exception.Failure, exception.Message);
    }

    private DomainPlacement? Find(DomainId domain)
    {
        List<DomainPlacement> all = ReadPlacements();
        int index = all.FindIndex(placement => placement.Domain == domain);
        return index < 0 ? null : all[index];
    }

    private int Delete(string sql, long first, long second, long third, long limit)
    {
        SqliteStatement statement = _database.Prepare(sql);
        statement.Bind(1, first).Bind(2, second).Bind(4, limit);
        if (sql.Contains("?3", StringComparison.Ordinal))
        {
            statement.Bind(3, third);
        }

        statement.Run();
        return _database.Changes;
    }

    private void InTransaction(Action work)
    {
        try
        {
            _begin.Run();
            work();
            _commit.Run();
        }
        catch (StoreException)
        {
            IsBroken = true;
            if (_database.InTransaction)
            {
                _database.Run("ROLLBACK");
            }

            throw;
        }
    }
}
