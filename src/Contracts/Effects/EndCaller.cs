using Routing.Contracts.Ids;

namespace Routing.Contracts.Effects;

/// <summary>End the caller's leg: with the final response when it is not answered yet, else with BYE.</summary>
/// <param name="Call">Which call.</param>
/// <param name="SipStatus">Final response for an unanswered leg, 400–699, or 302 with <paramref name="Contact"/>.</param>
/// <param name="Reason">Text of the Reason header (RFC 3326).</param>
/// <param name="RetryAfterSeconds">Retry-After of a 480, 486, 503 or 600, or null.</param>
/// <param name="Contact">SIP URI to which a 302 leads; null with any other status.</param>
public sealed record EndCaller(CallId Call, int SipStatus, string Reason, int? RetryAfterSeconds = null, string? Contact = null) : Effect(Call);
