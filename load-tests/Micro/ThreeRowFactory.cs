using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Micro;

internal sealed class ThreeRowFactory : IDomainMachineFactory
{
    public IDomainMachine Create(DomainId domain) => new ThreeRowMachine(domain);

    public bool IsResident(byte kind) => true;

    public IReadOnlyList<RowKey> CallRows(CallId call) => [];

    public byte EndedCallKind => byte.MaxValue;

    public CallDetail ReadCall(StoredRow row) => throw new NotSupportedException("The benchmark reads no calls.");

    public RowKey CustomerRow(CustomerId customer) => throw new NotSupportedException("The benchmark reads no customers.");

    public CustomerView ReadCustomer(StoredRow row) => throw new NotSupportedException("The benchmark reads no customers.");
}
