using Routing.Contracts.Views;

namespace Routing.Gateway.Feeds;

/// <summary>A queue as read at one moment.</summary>
/// <param name="View">Its state and counters.</param>
/// <param name="ReadyAgents">Agents who are ready and meet its needs.</param>
/// <param name="LongestWaitSinceMs">When the call that has been longest in this queue entered it, Unix milliseconds; null when nobody waits.</param>
public readonly record struct QueueReading(QueueView View, int ReadyAgents, long? LongestWaitSinceMs);
