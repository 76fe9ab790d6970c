using System.Buffers;
using Routing.Contracts.Engine;
using Routing.Mailbox.Delivery;

namespace Routing.Mailbox.Lanes;

/// <summary>Writes into a commit which rows it changes, where the store keeps that.</summary>
internal sealed class LaneChanges(IMailboxStore store, IDomainMachineFactory factory)
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>What was noted is no longer needed.</summary>
    public void Reset() => _bytes.ResetWrittenCount();

    /// <summary>Notes it with the last turn of the commit; valid until <see cref="Reset"/>.</summary>
    public void Note(DomainCommit commit)
    {
        if (store.KeepsChanges && commit.Turns.Count > 0)
        {
            int start = _bytes.WrittenCount;
            ChangedRows.Write(_bytes, commit, factory);
            commit.Turns[^1] = commit.Turns[^1] with { Changed = _bytes.WrittenMemory[start..] };
        }
    }
}
