using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Call;
using Routing.Grains.Customer;

namespace Routing.Grains.Domain;

/// <summary>Makes domains, and reads their rows for those who look without a turn.</summary>
public sealed class RoutingDomainFactory(DomainLimits limits) : IDomainMachineFactory
{
    public RoutingDomainFactory()
        : this(new DomainLimits())
    {
    }

    public IDomainMachine Create(DomainId domain) => new RoutingDomain(domain, limits);

    public bool IsResident(byte kind) => GrainKind.IsResident(kind);

    public IReadOnlyList<RowKey> CallRows(CallId call) => [GrainKind.Of(call), GrainKind.Ended(call)];

    public byte EndedCallKind => GrainKind.EndedCall;

    public CallDetail ReadCall(StoredRow row) => CallReading.Detail(CallId.Of(row.Key.Id), CallRecord.Read(row.Bytes.Span));

    public RowKey CustomerRow(CustomerId customer) => GrainKind.Of(customer);

    public CustomerView ReadCustomer(StoredRow row) => CustomerRecord.Read(row.Bytes.Span).View(CustomerId.Of(row.Key.Id));
}
