using Routing.Sip.Messages;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>Who calls, as the agent's phone is told, and how far the call may still go.</summary>
/// <param name="User">User part of the caller's From, escaped as it came; null when there is none.</param>
/// <param name="DisplayName">Display name, or null.</param>
/// <param name="HopsLeft">Max-Forwards of what is sent on its behalf.</param>
internal sealed record CallerIdentity(string? User, string? DisplayName, int HopsLeft = SipRequest.DefaultMaxForwards)
{
    /// <summary>As the caller's INVITE says; one hop less than it had, so that a loop over us ends (RFC 7332 §3).</summary>
    public static CallerIdentity Of(SipRequest invite) =>
        new(invite.From.Uri.User, invite.From.DisplayName, (invite.Headers.MaxForwards ?? SipRequest.DefaultMaxForwards) - 1);
}
