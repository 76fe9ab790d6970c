using Routing.Contracts.Ids;

namespace Routing.Mailbox.Hosting;

/// <summary>What a domain's outboxes of one kind hold, as of a commit at most a heartbeat ago.</summary>
/// <param name="Domain">Whose outboxes.</param>
/// <param name="IsPeer">Those to other domains; otherwise those to gateways.</param>
/// <param name="Count">Effects that are not acknowledged.</param>
/// <param name="OldestMs">Age of the oldest of them, milliseconds; 0 when there is none.</param>
public readonly record struct OutboxStatus(DomainId Domain, bool IsPeer, long Count, long OldestMs);
