using Routing.Contracts.Engine;

namespace Routing.Mailbox.Postgres;

/// <summary>Rows of grains that are written; a commit names each once.</summary>
internal sealed class RowColumns : TableColumns
{
    private readonly List<int> _domains;
    private readonly List<short> _kinds;
    private readonly List<string> _keys;
    private readonly List<long?> _expiries;
    private readonly List<ReadOnlyMemory<byte>> _bytes;

    public RowColumns()
        : base(
            """
            INSERT INTO grain_rows (domain, kind, key, expires_ms, bytes) SELECT * FROM unnest($1, $2, $3, $4, $5)
            ON CONFLICT (domain, kind, key) DO UPDATE SET expires_ms = excluded.expires_ms, bytes = excluded.bytes
            """)
    {
        _domains = Column<int>(ColumnTypes.Ints);
        _kinds = Column<short>(ColumnTypes.Shorts);
        _keys = Column<string>(ColumnTypes.Texts);
        _expiries = Column<long?>(ColumnTypes.Longs);
        _bytes = Column<ReadOnlyMemory<byte>>(ColumnTypes.Bytes);
    }

    public void Add(int domain, RowKey key, long? expiresAtMs, ReadOnlyMemory<byte> bytes)
    {
        _domains.Add(domain);
        _kinds.Add(key.Kind);
        _keys.Add(key.Id);
        _expiries.Add(expiresAtMs);
        _bytes.Add(bytes);
    }
}
