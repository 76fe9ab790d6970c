using Routing.Contracts.Engine;

namespace Routing.Mailbox.Postgres;

/// <summary>Rows of grains that are deleted.</summary>
internal sealed class KeyColumns : TableColumns
{
    private readonly List<int> _domains;
    private readonly List<short> _kinds;
    private readonly List<string> _keys;

    public KeyColumns()
        : base("DELETE FROM grain_rows r USING unnest($1, $2, $3) k(domain, kind, key) WHERE r.domain = k.domain AND r.kind = k.kind AND r.key = k.key")
    {
        _domains = Column<int>(ColumnTypes.Ints);
        _kinds = Column<short>(ColumnTypes.Shorts);
        _keys = Column<string>(ColumnTypes.Texts);
    }

    public void Add(int domain, RowKey key)
    {
        _domains.Add(domain);
        _kinds.Add(key.Kind);
        _keys.Add(key.Id);
    }
}
