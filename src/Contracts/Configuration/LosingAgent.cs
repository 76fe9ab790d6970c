using Routing.Contracts.Ids;

namespace Routing.Contracts.Configuration;

/// <summary>An agent who stays and may no longer serve queues.</summary>
/// <param name="Agent">Who.</param>
/// <param name="Queues">Queues, still there, whose needs the agent met (those of some ring) and does not any more, in the configuration's order.</param>
public sealed record LosingAgent(AgentId Agent, IReadOnlyList<QueueId> Queues);
