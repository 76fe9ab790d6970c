using Routing.Contracts.Engine;

namespace Routing.Mailbox.Lanes;

/// <summary>
/// A domain of another owner as it was a moment ago: a machine that has its rows and is not activated. It takes no turns. When its owner is gone and its partition was taken, it is brought up to date by the few rows that changed
/// since, which is what makes a large domain's pause short.
/// <para>Why it is exact: the number of the last turn was read before the rows, so whatever was committed up to it is in them; and for every later commit the log says which rows it changed. Those are read once more after
/// the lock was taken, when nobody else can commit. Where the log does not say so without a gap, or anything fails, the domain is loaded from all its rows as ever.</para>
/// Used by one thread at a time.
/// </summary>
internal sealed class WarmCopy
{
    /// <summary>Behind by more, reading all rows is not much slower.</summary>
    private const int ChangesLimitTurns = 50_000;

    private readonly MachineLoader _loader;
    private readonly DomainPlacement _domain;
    private readonly HashSet<RowKey> _named = [];

    private WarmCopy(MachineLoader loader, DomainPlacement domain, IDomainMachine machine, long sequence, long timeline)
    {
        (_loader, _domain, Machine, Sequence, Timeline) = (loader, domain, machine, sequence, timeline);
    }

    /// <summary>Holds all that was committed up to <see cref="Sequence"/>, once <see cref="TryFollow"/> has returned true.</summary>
    public IDomainMachine Machine { get; }

    /// <summary>Number of the last turn that is in it for certain.</summary>
    public long Sequence { get; private set; }

    /// <summary>Of the server that it was read from (<see cref="ILaneSession.Timeline"/>).</summary>
    public long Timeline { get; }

    /// <summary>Rows of the resident kinds when it was loaded.</summary>
    public int LoadedRows { get; private set; }

    /// <summary>Reads a domain. Null when <paramref name="isWanted"/> said no meanwhile.</summary>
    /// <param name="session">Owns nothing.</param>
    /// <param name="domain">Which.</param>
    /// <param name="loader">Makes machines.</param>
    /// <param name="isWanted">Asked for each piece, with the rows so far.</param>
    /// <exception cref="StoreException">The session is over.</exception>
    public static WarmCopy? Load(ILaneSession session, DomainPlacement domain, MachineLoader loader, Func<int, bool> isWanted)
    {
        long sequence = session.ReadDomain(domain).Sequence;
        WarmCopy copy = new(loader, domain, loader.Create(domain.Domain), sequence, session.Timeline);
        try
        {
            loader.LoadResident(session, domain.Number, copy.Machine, rows =>
            {
                copy.LoadedRows += rows;
                if (!isWanted(copy.LoadedRows))
                {
                    throw new OperationCanceledException();
                }
            });
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        MachineLoader.LoadNamed(session, domain.Number, copy.Machine, copy._named);
        return copy;
    }

    /// <summary>
    /// Takes what was committed since. False when the copy cannot be used any more: the store cannot say what changed, or has fewer turns than the copy (it was brought back from an older one).
    /// </summary>
    /// <param name="session">Which is the owner's when nothing may be missing.</param>
    /// <param name="upToSequence">The last turn that is committed; more may be while somebody else owns it.</param>
    /// <exception cref="StoreException">The session is over.</exception>
    public bool TryFollow(ILaneSession session, long upToSequence)
    {
        if (session.Timeline != Timeline || upToSequence < Sequence || upToSequence - Sequence > ChangesLimitTurns)
        {
            return false;
        }

        if (upToSequence == Sequence)
        {
            return true;
        }

        HashSet<RowKey> changed = [];
        if (!session.TryReadChanges(_domain.Number, Sequence, upToSequence, changed))
        {
            return false;
        }

        changed.RemoveWhere(key => !_loader.IsResident(key.Kind) && !_named.Contains(key));
        Dictionary<RowKey, RowChange> rows = changed.ToDictionary(static key => key, static key => new RowChange(key, null));
        session.ReadRows([.. changed.Select(key => new RowAddress(_domain.Number, key))], (_, row) => rows[row.Key] = new RowChange(row.Key, row.Bytes));
        Machine.Change([.. rows.Values]);
        MachineLoader.LoadNamed(session, _domain.Number, Machine, _named);
        Sequence = upToSequence;
        return true;
    }
}
