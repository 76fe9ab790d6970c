using Routing.Sip.Messages;
using Routing.Sip.Sdp;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>Session descriptions in message bodies.</summary>
internal static class SdpBody
{
    /// <summary>Null when there is none, or none that can be read.</summary>
    public static SessionDescription? Read(SipMessage message) => TryRead(message, out var description) ? description : null;

    /// <summary>False when there is a body that is no well-formed description; true with null when there is no body.</summary>
    public static bool TryRead(SipMessage message, out SessionDescription? description)
    {
        description = null;
        if (message.Body.IsEmpty)
        {
            return true;
        }

        return message.Headers.ContentType == SessionDescription.ContentType
            && SessionDescription.TryParse(message.Body.Span, SdpLimits.Default, out description!, out _);
    }

    /// <summary>True when some audio could flow: a live m=audio line with an address.</summary>
    public static bool HasAudio(SessionDescription description) =>
        description.Media.Any(media => media is { IsAudio: true, IsRejected: false } && description.ConnectionOf(media) is not null);
}
