using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Mailbox.Tests.Fakes;

/// <summary>Two domains that talk to each other.</summary>
public sealed class PeerFactory : IDomainMachineFactory
{
    public static DomainId North { get; } = DomainId.Of("north");

    public static DomainId South { get; } = DomainId.Of("south");

    public byte EndedCallKind => 2;

    public IDomainMachine Create(DomainId domain) => new PeerMachine(domain, domain == North ? South : North);

    public bool IsResident(byte kind) => true;

    public IReadOnlyList<RowKey> CallRows(CallId call) => [];

    public CallDetail ReadCall(StoredRow row) => throw new NotSupportedException();

    public RowKey CustomerRow(CustomerId customer) => throw new NotSupportedException();

    public CustomerView ReadCustomer(StoredRow row) => throw new NotSupportedException();
}
