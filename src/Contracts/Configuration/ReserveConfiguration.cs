using Routing.Contracts.Ids;

namespace Routing.Contracts.Configuration;

/// <summary>
/// Agents kept for some calls. The calls it is for: those in one of its queues whose priority is at least the stated one. The agents it counts: all that have the needs of
/// one of its queues. While not more than <see cref="Keep"/> of these agents are ready, none of them takes a call that it is not for.
/// </summary>
/// <param name="Name">Unique in the domain.</param>
/// <param name="Keep">Ready agents that are kept, 1 to 1000.</param>
/// <param name="Queues">Whose calls it is for; empty: of all queues.</param>
/// <param name="PriorityAtLeast">Least priority of the calls that it is for; null: any.</param>
public sealed record ReserveConfiguration(string Name, int Keep, IReadOnlyList<QueueId> Queues, int? PriorityAtLeast = null);
