using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Contracts.Engine;

/// <summary>Makes the machines of domains, and reads stored rows for those who look without taking a turn.</summary>
public interface IDomainMachineFactory
{
    IDomainMachine Create(DomainId domain);

    /// <summary>Whether all rows of the kind are loaded with the domain (agents, queues, live calls) or only when named (customers, ended calls).</summary>
    bool IsResident(byte kind);

    /// <summary>Whether machines are activated from rows of the kind: the resident ones, and those of which <see cref="IDomainMachine.NameRowsToActivate"/> may name some.</summary>
    bool IsActivatedFrom(byte kind) => IsResident(kind);

    /// <summary>The keys under which the details of a call may be stored, in the order to look: live first, then ended.</summary>
    IReadOnlyList<RowKey> CallRows(CallId call);

    /// <summary>The kind of the rows of ended calls, whose expiry is a fixed time after the end: those that expire last ended last.</summary>
    byte EndedCallKind { get; }

    /// <summary>Reads a row of <see cref="CallRows"/>.</summary>
    CallDetail ReadCall(StoredRow row);

    /// <summary>The key of a customer's row.</summary>
    RowKey CustomerRow(CustomerId customer);

    CustomerView ReadCustomer(StoredRow row);

    /// <summary>Reads a version of the configuration, or the one in force; null when it is not kept, or when there is none yet.</summary>
    /// <param name="version">Which one; null for the one in force.</param>
    /// <param name="read">Reads a row of the domain as it is committed; null when there is none.</param>
    ConfigurationDetail? ReadConfiguration(long? version, Func<RowKey, StoredRow?> read) => null;
}
