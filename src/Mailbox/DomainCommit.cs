using System.Runtime.InteropServices;
using Routing.Contracts.Engine;

namespace Routing.Mailbox;

/// <summary>Everything that a commit writes for one domain. Filled by the lane, read by the store, then cleared and used again.</summary>
public sealed class DomainCommit(DomainPlacement placement)
{
    private readonly Dictionary<RowKey, int> _rowIndexes = [];
    private readonly List<RowChange> _rows = [];

    public DomainPlacement Placement { get; } = placement;

    /// <summary>Number of the last turn after this commit.</summary>
    public long Sequence { get; set; }

    /// <summary>Time of the last turn, Unix milliseconds.</summary>
    public long LastTurnMs { get; set; }

    /// <summary>Rows to write or delete, each key at most once: a later change of the batch replaces an earlier one.</summary>
    public ReadOnlySpan<RowChange> Rows => CollectionsMarshal.AsSpan(_rows);

    public List<StoredTurn> Turns { get; } = [];

    public List<SenderMark> Senders { get; } = [];

    public List<OutboxMark> Outboxes { get; } = [];

    public List<DeadLetter> DeadLetters { get; } = [];

    public List<IdempotentReply> Replies { get; } = [];

    public void AddRow(RowChange change)
    {
        ref int index = ref CollectionsMarshal.GetValueRefOrAddDefault(_rowIndexes, change.Key, out bool known);
        if (known)
        {
            _rows[index] = change;
            return;
        }

        index = _rows.Count;
        _rows.Add(change);
    }

    /// <summary>The change of a row that this commit holds already, if any.</summary>
    public bool TryGetRow(RowKey key, out RowChange change)
    {
        bool known = _rowIndexes.TryGetValue(key, out int index);
        change = known ? _rows[index] : default;
        return known;
    }

    public void Clear()
    {
        _rowIndexes.Clear();
        _rows.Clear();
        Turns.Clear();
        Senders.Clear();
        Outboxes.Clear();
        DeadLetters.Clear();
        Replies.Clear();
    }
}
