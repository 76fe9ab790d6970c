using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Grains.Domain;
using Routing.Grains.Records;

namespace Routing.Grains.Call;

/// <summary>
/// A call that ended while its goodbyes may still be under way. A gateway that dies between the commit of the end and the last message gets it back
/// (<see cref="CallClosing"/>) and says them; without such a death it is forgotten when the gateway is done.
/// </summary>
internal sealed class ClosingGrain(CallId id, ClosingRecord record) : Grain(GrainKind.ClosingOf(id))
{
    private static readonly string[] Timers = ["closing"];

    public CallId Id { get; } = id;

    public ClosingRecord Record { get; } = record;

    internal override IReadOnlyList<string> TimerNames => Timers;

    internal override long TimerDueMs(int slot) => CallClosing.DueMs(Record.UntilMs);

    internal override void TimerFired(string name, TurnContext turn) => CallClosing.TimeOut(turn);

    internal override void Receive(GrainMessage message, TurnContext turn) => throw NotUnderstood(message);

    internal override void Write(RecordWriter writer) => Record.Write(writer);

    /// <summary>Readers saw the call end.</summary>
    internal override DomainEvent? ChangedEvent() => null;
}
