using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Grains.Records;

namespace Routing.Grains.Domain;

/// <summary>
/// A virtual actor: state, handlers and one stored row. Its timers are due times in its state; the domain's timer queue follows them after
/// every turn that touched the grain, so a timer can neither outlive its reason nor be lost by a reload.
/// </summary>
public abstract class Grain
{
    private static readonly string[] NoTimers = [];

    protected Grain(RowKey key)
    {
        Key = key;
    }

    public RowKey Key { get; }

    /// <summary>Names of its timers; the slot of a timer is its place here.</summary>
    internal virtual IReadOnlyList<string> TimerNames => NoTimers;

    /// <summary>In the turn's list of touched grains.</summary>
    internal bool IsTouched { get; set; }

    /// <summary>Its row is written at the end of the turn.</summary>
    internal bool IsRowTouched { get; set; }

    /// <summary>What readers see of it changed in this turn.</summary>
    internal bool IsViewTouched { get; set; }

    /// <summary>Its row is deleted at the end of the turn.</summary>
    internal bool IsRemoved { get; set; }

    /// <summary>Due times as the timer queue has them, by slot.</summary>
    internal long[] Scheduled { get; set; } = [];

    /// <summary>Due time of a timer in Unix milliseconds, <see cref="long.MaxValue"/> when it is not set.</summary>
    internal virtual long TimerDueMs(int slot) => long.MaxValue;

    internal virtual void TimerFired(string name, TurnContext turn) => throw new InvalidOperationException($"{Key} has no timer '{name}'.");

    internal abstract void Receive(GrainMessage message, TurnContext turn);

    internal abstract void Write(RecordWriter writer);

    /// <summary>The event that shows the grain as of now, or null for a kind that readers do not follow.</summary>
    internal abstract DomainEvent? ChangedEvent();

    protected InvalidOperationException NotUnderstood(GrainMessage message) => new($"{Key} does not understand {message.GetType().Name}.");

    /// <summary>Stored due times use 0 for "not set".</summary>
    protected static long DueOrNever(long atMs) => atMs == 0 ? long.MaxValue : atMs;
}
