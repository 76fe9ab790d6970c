namespace Routing.Mailbox.Postgres;

/// <summary>Replies under an Idempotency-Key.</summary>
internal sealed class ReplyColumns : TableColumns
{
    private readonly List<int> _domains;
    private readonly List<string> _keys;
    private readonly List<long> _times;
    private readonly List<ReadOnlyMemory<byte>> _hashes;
    private readonly List<ReadOnlyMemory<byte>> _replies;

    public ReplyColumns()
        : base(
            """
            INSERT INTO replies (domain, key, at_ms, hash, reply) SELECT * FROM unnest($1, $2, $3, $4, $5)
            ON CONFLICT (domain, key) DO UPDATE SET at_ms = excluded.at_ms, hash = excluded.hash, reply = excluded.reply
            """)
    {
        _domains = Column<int>(ColumnTypes.Ints);
        _keys = Column<string>(ColumnTypes.Texts);
        _times = Column<long>(ColumnTypes.Longs);
        _hashes = Column<ReadOnlyMemory<byte>>(ColumnTypes.Bytes);
        _replies = Column<ReadOnlyMemory<byte>>(ColumnTypes.Bytes);
    }

    public void Add(int domain, IdempotentReply reply)
    {
        _domains.Add(domain);
        _keys.Add(PostgresParameters.Storable(reply.Key));
        _times.Add(reply.AtMs);
        _hashes.Add(reply.CommandHash);
        _replies.Add(reply.Reply);
    }
}
