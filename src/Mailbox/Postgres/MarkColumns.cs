namespace Routing.Mailbox.Postgres;

/// <summary>What a commit changes of a domain besides rows and log: its own numbers, its senders and its outboxes.</summary>
internal sealed class MarkColumns : TableColumns
{
    private readonly List<int> _domains;
    private readonly List<short> _kinds;
    private readonly List<string> _names;
    private readonly List<long> _firsts;
    private readonly List<long> _seconds;
    private readonly List<long> _thirds;
    private readonly List<ReadOnlyMemory<byte>> _windows;

    public MarkColumns()
        : base(
            """
            INSERT INTO marks (domain, kind, name, first, second, third, window_bytes) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (domain, kind, name) DO UPDATE
            SET first = excluded.first, second = excluded.second, third = excluded.third, window_bytes = excluded.window_bytes
            """)
    {
        _domains = Column<int>(ColumnTypes.Ints);
        _kinds = Column<short>(ColumnTypes.Shorts);
        _names = Column<string>(ColumnTypes.Texts);
        _firsts = Column<long>(ColumnTypes.Longs);
        _seconds = Column<long>(ColumnTypes.Longs);
        _thirds = Column<long>(ColumnTypes.Longs);
        _windows = Column<ReadOnlyMemory<byte>>(ColumnTypes.Bytes);
    }

    public void Add(int domain, short kind, string name, long first, long second, long third, ReadOnlyMemory<byte> window)
    {
        _domains.Add(domain);
        _kinds.Add(kind);
        _names.Add(name);
        _firsts.Add(first);
        _seconds.Add(second);
        _thirds.Add(third);
        _windows.Add(window);
    }
}
