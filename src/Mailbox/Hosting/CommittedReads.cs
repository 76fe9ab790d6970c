using Routing.Contracts.Configuration;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Mailbox.Delivery;

namespace Routing.Mailbox.Hosting;

/// <summary>What is asked of the store beside the lanes, by the number of the domain: committed data, read from any thread.</summary>
internal sealed class CommittedReads(IStoreReader reader, IDomainMachineFactory factory)
{
    public List<TurnEvents> Events(int number, long afterSequence, int maxTurnsCount)
    {
        List<TurnEvents> events = [];
        List<StoredTurn> stored = [];
        int limit = Math.Max(1, maxTurnsCount);
        while (events.Count < limit)
        {
            stored.Clear();
            reader.ReadTurns(number, afterSequence + 1, limit, stored);
            foreach (StoredTurn turn in stored)
            {
                afterSequence = turn.Sequence;
                if (TurnRecord.ReadEvents(turn) is { } found && events.Count < limit)
                {
                    events.Add(found);
                }
            }

            if (stored.Count < limit)
            {
                break;
            }
        }

        return events;
    }

    public CallDetail? Call(int number, CallId call)
    {
        foreach (RowKey key in factory.CallRows(call))
        {
            if (reader.ReadRow(number, key) is { } row)
            {
                return factory.ReadCall(row);
            }
        }

        return null;
    }

    public List<CallView> EndedCalls(int number, int maxCallsCount)
    {
        List<StoredRow> rows = [];
        reader.ReadLatestRows(number, factory.EndedCallKind, maxCallsCount, rows);
        return [.. rows.Select(row => factory.ReadCall(row).Call)];
    }

    public CustomerView? Customer(int number, CustomerId customer) =>
        reader.ReadRow(number, factory.CustomerRow(customer)) is { } row ? factory.ReadCustomer(row) : null;

    public ConfigurationDetail? Configuration(int number, long? version) => factory.ReadConfiguration(version, key => reader.ReadRow(number, key));

    public List<DeadLetter> DeadLetters(int number, int limit)
    {
        List<DeadLetter> letters = [];
        reader.ReadDeadLetters(number, limit, letters);
        return letters;
    }
}
