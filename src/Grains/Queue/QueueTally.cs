using Routing.Contracts.Views;
using Routing.Grains.Domain;

namespace Routing.Grains.Queue;

/// <summary>Call to queue: count this.</summary>
/// <param name="Step">What happened.</param>
/// <param name="WaitedMs">Wait in this queue, for <see cref="QueueStep.Answered"/>.</param>
/// <param name="Outcome">How the call ended, for the two ends.</param>
internal sealed record QueueTally(QueueStep Step, long WaitedMs = 0, CallOutcome Outcome = default) : GrainMessage
{
    /// <summary>Of a guest, which counts apart.</summary>
    public bool IsGuest { get; init; }

    public static QueueTally Entered { get; } = new(QueueStep.Entered);

    public static QueueTally RingStarted { get; } = new(QueueStep.RingStarted);

    public static QueueTally RingEnded { get; } = new(QueueStep.RingEnded);

    public static QueueTally Overflowed { get; } = new(QueueStep.Overflowed);
}
