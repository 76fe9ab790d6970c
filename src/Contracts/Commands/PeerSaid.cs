using Routing.Contracts.Ids;
using Routing.Contracts.Lending;

namespace Routing.Contracts.Commands;

/// <summary>
/// A message of another domain. Numbers are those of the sender's outbox, dense from 1; the domain keeps the last one that it took of each. Reply Ok: taken, now or before, and to be
/// acknowledged. Reply <see cref="ReplyCode.Conflict"/>: one before it is missing, send it again after those before it.
/// </summary>
/// <param name="From">Who says it: whose outbox it lay in, as known to whoever carries it.</param>
/// <param name="Number">Place in the outbox.</param>
/// <param name="FirstOpen">Everything in the outbox before this number was acknowledged or given up, so it is not waited for.</param>
/// <param name="Message">What is said.</param>
public sealed record PeerSaid(DomainId From, long Number, long FirstOpen, PeerMessage Message) : Command;
