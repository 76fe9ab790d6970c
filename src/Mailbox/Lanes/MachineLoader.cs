using Routing.Contracts.Engine;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.Lanes;

/// <summary>Makes machines and gives them what is stored.</summary>
internal sealed class MachineLoader
{
    private readonly IDomainMachineFactory _factory;
    private readonly List<byte> _residentKinds;

    public MachineLoader(IDomainMachineFactory factory)
    {
        _factory = factory;
        _residentKinds = [.. Enumerable.Range(0, 256).Select(kind => (byte)kind).Where(factory.IsResident)];
    }

    public IDomainMachine Create(DomainId domain) => _factory.Create(domain);

    public bool IsResident(byte kind) => _factory.IsResident(kind);

    /// <summary>Gives all rows of the resident kinds to a machine.</summary>
    /// <param name="session">Read from.</param>
    /// <param name="domain">Its number in the store.</param>
    /// <param name="machine">Not activated.</param>
    /// <param name="progress">Called before each piece, with its rows.</param>
    public void LoadResident(ILaneSession session, int domain, IDomainMachine machine, Action<int> progress) =>
        session.LoadRows(domain, _residentKinds, rows =>
        {
            progress(rows.Count);
            machine.Load(rows);
        });

    /// <summary>Gives it the cold rows that it names now, but for those that it was given before.</summary>
    /// <param name="session">Read from.</param>
    /// <param name="domain">Its number in the store.</param>
    /// <param name="machine">Not activated.</param>
    /// <param name="given">What it was given, whether there was such a row or not; filled up.</param>
    public static void LoadNamed(ILaneSession session, int domain, IDomainMachine machine, HashSet<RowKey> given)
    {
        List<RowKey> keys = [];
        machine.NameRowsToActivate(keys);
        keys.RemoveAll(key => !given.Add(key));
        if (keys.Count > 0)
        {
            List<StoredRow> rows = new(keys.Count);
            session.ReadRows([.. keys.Select(key => new RowAddress(domain, key))], (_, row) => rows.Add(row));
            machine.Load(rows);
        }
    }
}
