using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Grains.Domain;
using Routing.Grains.Records;

namespace Routing.Grains.Customer;

/// <summary>
/// A caller, remembered by ANI. Cold: loaded with the first call and held while one lives, because a timer may end a call and must find its customer.
/// </summary>
internal sealed class CustomerGrain(CustomerId id, CustomerRecord record) : Grain(GrainKind.Of(id))
{
    /// <summary>How long a customer is remembered after the last call.</summary>
    public const long KeepMs = 365L * 24 * 60 * 60 * 1000;

    public CustomerId Id { get; } = id;

    public CustomerRecord Record { get; } = record;

    /// <summary>Calls that hold it in memory. Counted from the calls, not stored.</summary>
    public int LiveCallCount { get; set; }

    /// <summary>The customer of a calling number; null when it is withheld or no identifier.</summary>
    public static CustomerId? IdOf(string ani) => Identifier.IsValid(ani) ? CustomerId.Of(ani) : null;

    internal override void Receive(GrainMessage message, TurnContext turn)
    {
        switch (message)
        {
            case RememberCall:
                LiveCallCount++;
                Record.CallCount++;
                Record.FirstCallMs = Record.FirstCallMs == 0 ? turn.NowMs : Record.FirstCallMs;
                Record.LastCallMs = turn.NowMs;
                break;
            case RememberOutcome outcome:
                LiveCallCount--;
                Record.LastAgent = outcome.Agent ?? Record.LastAgent;
                Record.LastOutcome = outcome.Outcome;
                break;
            default:
                throw NotUnderstood(message);
        }

        turn.Touch(this);
    }

    internal override void Write(RecordWriter writer) => Record.Write(writer);

    internal override DomainEvent? ChangedEvent() => null;
}
