using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Mailbox.Tests.Fakes;

public sealed class LedgerFactory : IDomainMachineFactory
{
    /// <summary>Machines made so far: counts reloads.</summary>
    public int Made { get; private set; }

    /// <summary>A domain whose machine cannot be made, as when its rows are damaged.</summary>
    public DomainId? Broken { get; init; }

    /// <summary>The highest format level that the machines know. At level 2 an account begins with <see cref="LedgerMachine.SecondLevel"/>, which those of level 1 take for damage.</summary>
    public int Level { get; init; } = FormatLevel.First;

    /// <summary>Called inside of the turn of each entry, with its text: a test holds the turn there.</summary>
    public Action<string>? OnEntry { get; init; }

    public IDomainMachine Create(DomainId domain)
    {
        if (domain == Broken)
        {
            throw new InvalidOperationException("A damaged domain.");
        }

        Made++;
        return new LedgerMachine(domain, OnEntry, Level);
    }

    public bool IsResident(byte kind) => kind != LedgerMachine.Cold;

    public IReadOnlyList<RowKey> CallRows(CallId call) => [new RowKey(LedgerMachine.Account, call.Value)];

    public byte EndedCallKind => LedgerMachine.Cold;

    public CallDetail ReadCall(StoredRow row) => throw new NotSupportedException();

    public RowKey CustomerRow(CustomerId customer) => new(LedgerMachine.Cold, customer.Value);

    public CustomerView ReadCustomer(StoredRow row) => new(CustomerId.Of(row.Key.Id), row.Bytes.Length, 0, 0, null, null);
}
