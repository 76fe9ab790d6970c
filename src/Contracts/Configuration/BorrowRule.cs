using Routing.Contracts.Ids;

namespace Routing.Contracts.Configuration;

/// <summary>
/// Another domain that is asked for an agent for calls of a queue which nobody at home is free for. The call stays in its queue and is served by whoever is free first, at home or there.
/// </summary>
/// <param name="Domain">The routing domain that may lend one.</param>
/// <param name="Queue">Its queue whose agents are meant and in whose line the call stands there. It must name this domain among its <see cref="QueueConfiguration.Guests"/>.</param>
/// <param name="AfterMs">From which wait in the queue on, milliseconds; 0: as soon as nobody is free.</param>
public sealed record BorrowRule(DomainId Domain, QueueId Queue, int AfterMs = 0);
