using Routing.Contracts.Ids;

namespace Routing.Contracts.Configuration;

/// <summary>An entry point: a number dialled (user part of the Request-URI, compared as it is) and the queue it leads to.</summary>
/// <param name="Number">DNIS.</param>
/// <param name="Queue">Where its calls wait.</param>
/// <param name="Priority">Priority of its calls; null: the queue's.</param>
/// <param name="Prefer">Who should have its calls in this queue, instead of whom the queue prefers; null: the queue's.</param>
public sealed record NumberConfiguration(string Number, QueueId Queue, int? Priority = null, PreferConfiguration? Prefer = null);
