using Routing.Contracts.Ids;

namespace Routing.Contracts.Views;

/// <summary>A call as ranked.</summary>
/// <param name="Call">Which.</param>
/// <param name="Queue">Where it waits.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="WaitedMs">Since its arrival, milliseconds.</param>
/// <param name="IsRinging">Rings another agent already and may have one more: comes after all that ring nobody.</param>
public sealed record CallCandidate(CallId Call, QueueId Queue, int Priority, long WaitedMs, bool IsRinging = false);
