using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Simulation.Mutants;

/// <summary>Makes faulty machines out of sound ones.</summary>
internal sealed class MutantFactory(IDomainMachineFactory inner, Func<IDomainMachine, IDomainMachine> mutate) : IDomainMachineFactory
{
    public IDomainMachine Create(DomainId domain) => mutate(inner.Create(domain));

    public bool IsResident(byte kind) => inner.IsResident(kind);

    public IReadOnlyList<RowKey> CallRows(CallId call) => inner.CallRows(call);

    public byte EndedCallKind => inner.EndedCallKind;

    public CallDetail ReadCall(StoredRow row) => inner.ReadCall(row);

    public RowKey CustomerRow(CustomerId customer) => inner.CustomerRow(customer);

    public CustomerView ReadCustomer(StoredRow row) => inner.ReadCustomer(row);
}
