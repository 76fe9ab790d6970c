using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Simulation.Engine;

/// <summary>Gives a lane machines that tell the simulation of each turn.</summary>
internal sealed class WatchedFactory(IDomainMachineFactory inner, SimEngine engine, LaneLife life) : IDomainMachineFactory
{
    public IDomainMachine Create(DomainId domain) => new WatchedMachine(inner.Create(domain), engine, life);

    public bool IsResident(byte kind) => inner.IsResident(kind);

    public IReadOnlyList<RowKey> CallRows(CallId call) => inner.CallRows(call);

    public byte EndedCallKind => inner.EndedCallKind;

    public CallDetail ReadCall(StoredRow row) => inner.ReadCall(row);

    public RowKey CustomerRow(CustomerId customer) => inner.CustomerRow(customer);

    public CustomerView ReadCustomer(StoredRow row) => inner.ReadCustomer(row);
}
