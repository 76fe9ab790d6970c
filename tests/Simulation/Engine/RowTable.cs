using Routing.Contracts.Engine;

namespace Routing.Simulation.Engine;

/// <summary>The rows of a domain as its committed turns wrote them: what the store must hand back.</summary>
internal sealed class RowTable
{
    private readonly Dictionary<byte, Dictionary<RowKey, ReadOnlyMemory<byte>>> _kinds = [];

    public void Apply(RowChange change)
    {
        if (change.Bytes is { } bytes)
        {
            if (!_kinds.TryGetValue(change.Key.Kind, out Dictionary<RowKey, ReadOnlyMemory<byte>>? rows))
            {
                _kinds.Add(change.Key.Kind, rows = []);
            }

            rows[change.Key] = bytes.ToArray();
        }
        else if (_kinds.TryGetValue(change.Key.Kind, out Dictionary<RowKey, ReadOnlyMemory<byte>>? rows))
        {
            rows.Remove(change.Key);
        }
    }

    public bool TryGet(RowKey key, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        return _kinds.TryGetValue(key.Kind, out Dictionary<RowKey, ReadOnlyMemory<byte>>? rows) && rows.TryGetValue(key, out bytes);
    }

    public IReadOnlyList<StoredRow> Find(IReadOnlyList<RowKey> keys)
    {
        var found = new List<StoredRow>(keys.Count);
        foreach (RowKey key in keys)
        {
            if (TryGet(key, out ReadOnlyMemory<byte> bytes))
            {
                found.Add(new StoredRow(key, bytes));
            }
        }

        return found;
    }

    public void CopyTo(ICollection<StoredRow> rows, Func<byte, bool> isWanted)
    {
        foreach ((byte kind, Dictionary<RowKey, ReadOnlyMemory<byte>> ofKind) in _kinds)
        {
            foreach ((RowKey key, ReadOnlyMemory<byte> bytes) in isWanted(kind) ? ofKind : [])
            {
                rows.Add(new StoredRow(key, bytes));
            }
        }
    }

    public int CountOf(byte kind) => _kinds.GetValueOrDefault(kind)?.Count ?? 0;
}
