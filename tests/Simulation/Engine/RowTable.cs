using Routing.Contracts.Engine;

namespace Routing.Simulation.Engine;

/// <summary>The rows of a domain as its committed turns wrote them: what the store must hand back.</summary>
internal sealed class RowTable
{
    private readonly Dictionary<RowKey, ReadOnlyMemory<byte>> _rows = [];

    public int Count => _rows.Count;

    public void Apply(RowChange change)
    {
        if (change.Bytes is { } bytes)
        {
            _rows[change.Key] = bytes.ToArray();
        }
        else
        {
            _rows.Remove(change.Key);
        }
    }

    public bool TryGet(RowKey key, out ReadOnlyMemory<byte> bytes) => _rows.TryGetValue(key, out bytes);

    public IReadOnlyList<StoredRow> Find(IReadOnlyList<RowKey> keys)
    {
        var found = new List<StoredRow>(keys.Count);
        foreach (RowKey key in keys)
        {
            if (_rows.TryGetValue(key, out ReadOnlyMemory<byte> bytes))
            {
                found.Add(new StoredRow(key, bytes));
            }
        }

        return found;
    }

    public void CopyTo(ICollection<StoredRow> rows, Func<byte, bool> isWanted)
    {
        foreach ((RowKey key, ReadOnlyMemory<byte> bytes) in _rows)
        {
            if (isWanted(key.Kind))
            {
                rows.Add(new StoredRow(key, bytes));
            }
        }
    }

    public int CountOf(byte kind) => _rows.Keys.Count(key => key.Kind == kind);

    /// <summary>Forgets rows of a cold kind, so that a long run does not grow. Only those that nothing will name again.</summary>
    public void Remove(RowKey key) => _rows.Remove(key);
}
