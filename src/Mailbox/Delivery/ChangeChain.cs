using Routing.Contracts.Engine;

namespace Routing.Mailbox.Delivery;

/// <summary>Puts the changes of several commits together, and sees whether one is missing.</summary>
internal sealed class ChangeChain(long afterSequence, ICollection<RowKey> changed)
{
    private long _sequence = afterSequence;
    private bool _isBroken;

    /// <summary>Takes the next commit, in order.</summary>
    /// <param name="last">Number of its last turn.</param>
    /// <param name="list">What is stored with it.</param>
    public void Add(long last, ReadOnlySpan<byte> list)
    {
        _isBroken |= ChangedRows.Read(list, changed) != _sequence + 1;
        _sequence = last;
    }

    /// <summary>Every turn up to a number was in one of the commits.</summary>
    public bool Reaches(long sequence) => !_isBroken && _sequence == sequence;
}
