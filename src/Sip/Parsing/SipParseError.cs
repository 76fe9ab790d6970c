using Routing.Sip.Messages;

namespace Routing.Sip.Parsing;

/// <summary>A refused message: why, and what is left of it to answer with.</summary>
/// <param name="Reason">Why; also the label of the counter.</param>
/// <param name="StatusCode">What to answer; <see cref="SipRejection.Silence"/> for responses, ACK, and whatever has no
/// readable Via.</param>
/// <param name="Request">
/// The headers that could be read, for <see cref="SipResponse.For"/>; null exactly when nothing is to be answered. Its other headers may be
/// missing or malformed, and its Request-URI may stand in for an unreadable one: it must not be processed as a request.
/// </param>
public sealed record SipParseError(SipRejectionReason Reason, int StatusCode, SipRequest? Request)
{
    /// <summary>The answer, or null for silence.</summary>
    public SipResponse? ToResponse(string toTag) => Request is null ? null : SipResponse.For(Request, StatusCode, toTag);
}
