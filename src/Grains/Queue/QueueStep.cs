namespace Routing.Grains.Queue;

/// <summary>A step of a call that its queue counts.</summary>
internal enum QueueStep
{
    Entered,
    RingStarted,
    RingEnded,
    Answered,
    Overflowed,
    EndedWaiting,
    EndedTalking,
}
