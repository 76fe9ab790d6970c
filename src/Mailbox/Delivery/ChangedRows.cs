using System.Buffers;
using System.Text;
using Routing.Contracts.Engine;

namespace Routing.Mailbox.Delivery;

/// <summary>
/// Which rows a commit changed in a domain, as its last turn is stored with it: a version, the number of the first turn of the commit, then kind and id of each row. Whoever has the state before that turn reads these rows and
/// has the state after the commit.
/// </summary>
internal static class ChangedRows
{
    private const byte Version = 1;

    /// <param name="to">Written to.</param>
    /// <param name="commit">Of at least one turn.</param>
    /// <param name="factory">Says which rows count: those that machines are activated from.</param>
    public static void Write(IBufferWriter<byte> to, DomainCommit commit, IDomainMachineFactory factory)
    {
        to.GetSpan(1)[0] = Version;
        to.Advance(1);
        Varint.Write(to, (ulong)commit.Turns[0].Sequence);
        foreach (ref readonly RowChange row in commit.Rows)
        {
            if (factory.IsActivatedFrom(row.Key.Kind))
            {
                to.GetSpan(1)[0] = row.Key.Kind;
                to.Advance(1);
                Varint.Write(to, (ulong)Encoding.UTF8.GetByteCount(row.Key.Id));
                to.Advance(Encoding.UTF8.GetBytes(row.Key.Id, to.GetSpan(Encoding.UTF8.GetMaxByteCount(row.Key.Id.Length))));
            }
        }
    }

    /// <summary>Adds the rows of one commit. Returns the number of its first turn; null when a newer program wrote it.</summary>
    /// <exception cref="StoreException">The bytes are damaged.</exception>
    public static long? Read(ReadOnlySpan<byte> from, ICollection<RowKey> changed)
    {
        if (from.IsEmpty || from[0] != Version)
        {
            return null;
        }

        from = from[1..];
        long first = (long)Varint.Read(ref from);
        while (!from.IsEmpty)
        {
            byte kind = from[0];
            from = from[1..];
            ulong length = Varint.Read(ref from);
            if (length > (ulong)from.Length)
            {
                throw new StoreException(StoreFailure.Corrupt, "A list of changed rows is cut off.");
            }

            changed.Add(new RowKey(kind, Encoding.UTF8.GetString(from[..(int)length])));
            from = from[(int)length..];
        }

        return first;
    }
}
