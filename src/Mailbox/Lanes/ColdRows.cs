using Routing.Contracts.Engine;
using Routing.Mailbox.Delivery;

namespace Routing.Mailbox.Lanes;

/// <summary>
/// The cold rows that turns name. Those of the inputs that a batch is about to run are read all at once before it, of all domains together: a read is a round trip to the store, and every arriving call needs rows of its own.
/// <para>What was read ahead holds for that batch: nobody but the lane changes these rows, and what the batch itself changes is looked for first. It is asked again what a turn needs directly before it,
/// so a guess that was wrong costs a read and nothing else.</para>
/// </summary>
internal sealed class ColdRows(LaneOptions options)
{
    private readonly Dictionary<RowAddress, StoredRow?> _ahead = [];
    private readonly List<RowAddress> _addresses = [];
    private readonly List<RowKey> _keys = [];
    private int _expectedTurns = options.VisitLimitTurns;

    /// <summary>Reads what the next inputs name. A batch that ended early because of its time leaves inputs behind: about as many are looked at as the last batches ran.</summary>
    /// <param name="session">Read from.</param>
    /// <param name="domains">Of the lane.</param>
    /// <param name="lastTurns">That the last batch ran.</param>
    public void ReadAhead(ILaneSession session, List<LaneDomain> domains, int lastTurns)
    {
        _ahead.Clear();
        _addresses.Clear();
        _expectedTurns = Math.Clamp(2 * lastTurns, options.VisitLimitTurns, options.BatchLimitTurns);
        int busy = domains.Count(static domain => domain.Inputs.Count > 0);
        foreach (LaneDomain domain in domains)
        {
            if (domain.IsLoaded && domain.Inputs.Count > 0)
            {
                Name(domain, Math.Max(options.VisitLimitTurns, _expectedTurns / busy));
            }
        }

        if (_addresses.Count > 0)
        {
            session.ReadRows(_addresses, (domain, row) => _ahead[new RowAddress(domain, row.Key)] = row);
        }
    }

    /// <summary>The rows that a turn named: from the running batch when it changed them, else as they were read ahead, else from the store.</summary>
    public List<StoredRow> Read(ILaneSession session, LaneDomain domain, List<RowKey> keys)
    {
        if (keys.Count == 0)
        {
            return [];
        }

        List<StoredRow> rows = new(keys.Count);
        _addresses.Clear();
        foreach (RowKey key in keys)
        {
            RowAddress address = new(domain.Placement.Number, key);
            if (domain.Commit.TryGetRow(key, out RowChange change))
            {
                Add(rows, change.Bytes is { } bytes ? new StoredRow(key, bytes) : null);
            }
            else if (_ahead.TryGetValue(address, out StoredRow? row))
            {
                Add(rows, row);
            }
            else
            {
                _addresses.Add(address);
            }
        }

        if (_addresses.Count > 0)
        {
            session.ReadRows(_addresses, (_, row) => rows.Add(row));
        }

        return rows;
    }

    private static void Add(List<StoredRow> rows, StoredRow? row)
    {
        if (row is { } found)
        {
            rows.Add(found);
        }
    }

    private void Name(LaneDomain domain, int limitInputs)
    {
        foreach (LaneInput input in domain.Inputs)
        {
            if (limitInputs-- == 0)
            {
                return;
            }

            _keys.Clear();
            try
            {
                domain.Machine!.NameColdRows(input.Command, _keys);
            }
            catch (Exception)
            {
                // Its turn asks again, and puts the input aside.
                continue;
            }

            foreach (RowKey key in _keys)
            {
                RowAddress address = new(domain.Placement.Number, key);
                if (_ahead.TryAdd(address, null))
                {
                    _addresses.Add(address);
                }
            }
        }
    }
}
