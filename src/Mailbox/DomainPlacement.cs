using Routing.Contracts.Ids;

namespace Routing.Mailbox;

/// <summary>One line of the stored, movable map domain → partition → lane.</summary>
/// <param name="Domain">Which domain.</param>
/// <param name="Number">The store's short name of the domain, given once, never reused; 1 to 2^22.</param>
/// <param name="Partition">The unit of ownership that the domain belongs to; from 0.</param>
/// <param name="Lane">The lane that the partition prefers; from 0.</param>
public readonly record struct DomainPlacement(DomainId Domain, int Number, int Partition, int Lane);
