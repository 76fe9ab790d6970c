using Routing.Contracts.Ids;

namespace Routing.Contracts.Configuration;

/// <summary>Where a call is led: exactly one of these.</summary>
/// <param name="Queue">It waits there.</param>
/// <param name="RejectStatus">It is ended with this final response, 400–699; after an answer with BYE.</param>
/// <param name="Redirect">
/// It is answered with 302 and this SIP URI as Contact (RFC 3261 §21.3.3). A caller who was answered to wait cannot be redirected any more and is ended with BYE.
/// </param>
/// <param name="Announcement">Name of an announcement: the caller is answered, hears it and is hung up on. It leaves its queue, and no agent is offered the call any more.</param>
public sealed record RouteTarget(QueueId? Queue = null, int? RejectStatus = null, string? Redirect = null, string? Announcement = null);
