namespace Routing.Mailbox;

/// <summary>A row of the turn log.</summary>
/// <param name="Sequence">Number of the turn in its domain.</param>
/// <param name="AtMs">Time of the turn, Unix milliseconds.</param>
/// <param name="Payload">Reply, effects and events, packed by <see cref="Delivery.TurnRecord"/>.</param>
public readonly record struct StoredTurn(long Sequence, long AtMs, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Of the last turn of a commit: which rows all its turns changed, packed by <see cref="Delivery.ChangedRows"/>. Empty with the others, and in stores that do not keep it.</summary>
    public ReadOnlyMemory<byte> Changed { get; init; }
}
