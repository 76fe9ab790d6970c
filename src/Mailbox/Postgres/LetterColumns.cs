namespace Routing.Mailbox.Postgres;

/// <summary>Dead letters.</summary>
internal sealed class LetterColumns : TableColumns
{
    private readonly List<int> _domains;
    private readonly List<long> _numbers;
    private readonly List<long> _times;
    private readonly List<short> _kinds;
    private readonly List<string> _origins;
    private readonly List<ReadOnlyMemory<byte>> _contents;
    private readonly List<string> _errors;

    public LetterColumns()
        : base("INSERT INTO dead_letters (domain, number, at_ms, kind, origin, content, error) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)")
    {
        _domains = Column<int>(ColumnTypes.Ints);
        _numbers = Column<long>(ColumnTypes.Longs);
        _times = Column<long>(ColumnTypes.Longs);
        _kinds = Column<short>(ColumnTypes.Shorts);
        _origins = Column<string>(ColumnTypes.Texts);
        _contents = Column<ReadOnlyMemory<byte>>(ColumnTypes.Bytes);
        _errors = Column<string>(ColumnTypes.Texts);
    }

    public void Add(int domain, DeadLetter letter)
    {
        _domains.Add(domain);
        _numbers.Add(letter.Number);
        _times.Add(letter.AtMs);
        _kinds.Add((short)letter.Kind);
        _origins.Add(PostgresParameters.Storable(letter.Origin));
        _contents.Add(letter.Content);
        _errors.Add(PostgresParameters.Storable(letter.Error));
    }
}
