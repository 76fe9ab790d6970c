namespace Routing.Mailbox.Postgres;

/// <summary>The log: only ever appended to. A number that is there already is a bug, and the transaction fails.</summary>
internal sealed class TurnColumns : TableColumns
{
    private readonly List<int> _domains;
    private readonly List<long> _sequences;
    private readonly List<long> _times;
    private readonly List<ReadOnlyMemory<byte>> _payloads;
    private readonly List<ReadOnlyMemory<byte>> _changes;

    public TurnColumns()
        : base("INSERT INTO turns (domain, sequence, at_ms, payload, changed) SELECT domain, sequence, at_ms, payload, nullif(changed, '') FROM unnest($1, $2, $3, $4, $5) t(domain, sequence, at_ms, payload, changed)")
    {
        _domains = Column<int>(ColumnTypes.Ints);
        _sequences = Column<long>(ColumnTypes.Longs);
        _times = Column<long>(ColumnTypes.Longs);
        _payloads = Column<ReadOnlyMemory<byte>>(ColumnTypes.Bytes);
        _changes = Column<ReadOnlyMemory<byte>>(ColumnTypes.Bytes);
    }

    public void Add(int domain, StoredTurn turn)
    {
        _domains.Add(domain);
        _sequences.Add(turn.Sequence);
        _times.Add(turn.AtMs);
        _payloads.Add(turn.Payload);
        _changes.Add(turn.Changed);
    }
}
