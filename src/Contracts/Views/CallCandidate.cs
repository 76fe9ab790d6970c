using Routing.Contracts.Ids;

namespace Routing.Contracts.Views;

/// <summary>A call as ranked.</summary>
/// <param name="Call">Which.</param>
/// <param name="Queue">Where it waits.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="WaitedMs">Since its arrival, milliseconds.</param>
/// <param name="IsRinging">Rings another agent already and may have one more: comes after all that ring nobody.</param>
/// <param name="Value">
/// What the rule compared after that, milliseconds. "priority-with-ageing": the wait plus the priority times the ageing, larger first. "deadline": time left to the deadline, negative when it
/// has passed, smaller first inside a priority. "deadline-with-ageing": the same less the priority times the ageing. "priority": 0.
/// </param>
/// <param name="Weight">Weight of its queue, which decides when all before are equal; then the wait.</param>
public sealed record CallCandidate(CallId Call, QueueId Queue, int Priority, long WaitedMs, bool IsRinging = false, long Value = 0, int Weight = 0);
