using Routing.Contracts.Engine;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.Sqlite;

/// <summary>The reading statements of a connection.</summary>
internal sealed class SqliteReads(SqliteDatabase database)
{
    private const int PieceRows = 4_096;

    public StoredDomain ReadDomain(DomainPlacement placement)
    {
        int domain = placement.Number;
        if (database.Prepare("SELECT alive_ms FROM partition WHERE id = (SELECT partition FROM domain WHERE id = ?1)").Bind(1, domain).ReadInt64() is not { } aliveMs)
        {
            throw new StoreException(StoreFailure.Corrupt, $"Domain '{placement.Domain}' is not stored.");
        }

        SqliteStatement dead = database.Prepare("SELECT max(id) FROM dead_letter WHERE id >= ?1 AND id < ?2")
            .Bind(1, SqliteSchema.KeyOf(domain, 0)).Bind(2, SqliteSchema.KeyOf(domain + 1, 0));
        long lastDead = dead.Read() ? SqliteSchema.SequenceOf(dead.Int64(0)) : 0;
        dead.Reset();

        (long sequence, long turnMs) = (0, 0);
        List<SenderMark> senders = [];
        List<OutboxMark> outboxes = [];
        SqliteStatement mark = database.Prepare("SELECT kind, name, first, second, third, window FROM mark WHERE domain = ?1").Bind(1, domain);
        while (mark.Read())
        {
            switch (mark.Int64(0))
            {
                case SqliteSchema.DomainMark:
                    (sequence, turnMs, aliveMs) = (mark.Int64(2), mark.Int64(3), Math.Max(aliveMs, mark.Int64(4)));
                    break;
                case SqliteSchema.SenderMark:
                    senders.Add(new SenderMark(SenderId.Of(mark.Text(1)), mark.Int64(2), mark.Int64(3), mark.Bytes(5)));
                    break;
                case SqliteSchema.OutboxMark:
                    outboxes.Add(new OutboxMark(GatewayId.Of(mark.Text(1)), mark.Int64(2), mark.Int64(3), mark.Int64(4)));
                    break;
                default:
                    mark.Reset();
                    throw new StoreException(StoreFailure.Corrupt, $"Domain '{placement.Domain}' has a mark of an unknown kind.");
            }
        }

        return new StoredDomain(sequence, turnMs, aliveMs, lastDead, senders, outboxes);
    }

    public void LoadRows(int domain, IReadOnlyList<byte> kinds, Action<IReadOnlyList<StoredRow>> take)
    {
        SqliteStatement read = database.Prepare("SELECT key, bytes FROM record WHERE domain = ?1 AND kind = ?2");
        List<StoredRow> rows = [];
        try
        {
            foreach (byte kind in kinds)
            {
                read.Bind(1, domain).Bind(2, kind);
                while (read.Read())
                {
                    rows.Add(new StoredRow(new RowKey(kind, read.Text(0)), read.Bytes(1)));
                    if (rows.Count == PieceRows)
                    {
                        take(rows);
                        rows = [];
                    }
                }
            }
        }
        finally
        {
            // A damaged row ends the loading of its domain; a statement left open would end that of all others.
            read.Reset();
        }

        if (rows.Count > 0)
        {
            take(rows);
        }
    }

    public StoredRow? ReadRow(int domain, RowKey key)
    {
        SqliteStatement read = database.Prepare("SELECT bytes FROM record WHERE domain = ?1 AND kind = ?2 AND key = ?3")
            .Bind(1, domain).Bind(2, key.Kind).Bind(3, key.Id);
        StoredRow? row = read.Read() ? new StoredRow(key, read.Bytes(0)) : null;
        read.Reset();
        return row;
    }

    /// <summary>The index of expiry holds the key as well: its order is that of the answer, and only the rows wanted are touched.</summary>
    public void ReadLatestRows(int domain, byte kind, int limitRows, ICollection<StoredRow> found)
    {
        SqliteStatement read = database.Prepare(
            """
            SELECT key, bytes FROM record INDEXED BY record_expiry WHERE domain = ?1 AND expires_ms IS NOT NULL AND kind = ?2
            ORDER BY expires_ms DESC, kind DESC, key DESC LIMIT ?3
            """).Bind(1, domain).Bind(2, kind).Bind(3, limitRows);
        while (read.Read())
        {
            found.Add(new StoredRow(new RowKey(kind, read.Text(0)), read.Bytes(1)));
        }
    }

    public void ReadTurns(int domain, long fromSequence, int limitTurns, ICollection<StoredTurn> found)
    {
        SqliteStatement read = database.Prepare("SELECT id, at_ms, payload FROM turn WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3")
            .Bind(1, SqliteSchema.KeyOf(domain, Math.Max(0, fromSequence))).Bind(2, SqliteSchema.KeyOf(domain + 1, 0)).Bind(3, limitTurns);
        while (read.Read())
        {
            found.Add(new StoredTurn(SqliteSchema.SequenceOf(read.Int64(0)), read.Int64(1), read.Bytes(2)));
        }
    }

    public IdempotentReply? FindReply(int domain, string key)
    {
        SqliteStatement read = database.Prepare("SELECT at_ms, hash, reply FROM reply WHERE domain = ?1 AND key = ?2").Bind(1, domain).Bind(2, key);
        IdempotentReply? reply = read.Read() ? new IdempotentReply(key, read.Int64(0), read.Bytes(1), read.Bytes(2)) : null;
        read.Reset();
        return reply;
    }

    public DeadLetter? FindDeadLetter(int domain, long number)
    {
        SqliteStatement read = database.Prepare("SELECT id, at_ms, kind, origin, content, error FROM dead_letter WHERE id = ?1")
            .Bind(1, SqliteSchema.KeyOf(domain, number));
        DeadLetter? letter = read.Read() ? Letter(read) : null;
        read.Reset();
        return letter;
    }

    public void ReadDeadLetters(int domain, int limit, ICollection<DeadLetter> found)
    {
        SqliteStatement read = database.Prepare(
            "SELECT id, at_ms, kind, origin, content, error FROM dead_letter WHERE id >= ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3")
            .Bind(1, SqliteSchema.KeyOf(domain, 0)).Bind(2, SqliteSchema.KeyOf(domain + 1, 0)).Bind(3, limit);
        while (read.Read())
        {
            found.Add(Letter(read));
        }
    }

    private static DeadLetter Letter(SqliteStatement read) => new(
        SqliteSchema.SequenceOf(read.Int64(0)), read.Int64(1), (DeadLetterKind)read.Int64(2), read.Text(3), read.Bytes(4), read.Text(5));
}
