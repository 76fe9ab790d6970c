using Routing.Sip.Messages;
using Routing.Sip.Sdp;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>
/// Session descriptions in message bodies: alone, or one part of multipart/mixed, as carriers send it beside ISUP or a location. Parts that
/// are marked optional are ignored.
/// </summary>
internal static class SdpBody
{
    /// <summary>True when the body has a part that we do not understand and may not ignore: 415 (RFC 3261 §8.2.3).</summary>
    public static bool IsForeign(SipMessage message) =>
        BodyPart.Of(message).Any(static part => part.ContentType != SessionDescription.ContentType && !part.IsOptional);

    /// <summary>Null when there is none, or none that can be read.</summary>
    public static SessionDescription? Read(SipMessage message) => TryRead(message, out var description) ? description : null;

    /// <summary>False when there is a body that is no well-formed description; true with null when there is none to be read.</summary>
    public static bool TryRead(SipMessage message, out SessionDescription? description)
    {
        description = null;
        foreach (var part in BodyPart.Of(message))
        {
            if (part.ContentType == SessionDescription.ContentType)
            {
                return SessionDescription.TryParse(part.Content.Span, SdpLimits.Default, out description!, out _);
            }
        }

        return !IsForeign(message);
    }

    /// <summary>True when some audio could flow: a live m=audio line with an address.</summary>
    public static bool HasAudio(SessionDescription description) =>
        description.Media.Any(media => media is { IsAudio: true, IsRejected: false } && description.ConnectionOf(media) is not null);
}
