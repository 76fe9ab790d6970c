using Routing.Sip.Messages;

namespace Routing.Sip.Dialogs;

/// <summary>
/// What makes a dialog the same dialog (RFC 3261 §12), seen from our side. A peer of RFC 2543 may have no tag: that is the empty string.
/// </summary>
public readonly record struct DialogId(string CallId, string LocalTag, string RemoteTag)
{
    /// <summary>The dialog that a received request names.</summary>
    public static DialogId OfReceived(SipRequest request) => new(request.CallId, request.To.Tag ?? "", request.From.Tag ?? "");

    /// <summary>The dialog that a received response names.</summary>
    public static DialogId OfReceived(SipResponse response) => new(response.CallId, response.From.Tag ?? "", response.To.Tag ?? "");
}
