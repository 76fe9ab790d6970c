using Routing.Sip.Messages;

namespace Routing.Sip.Parsing;

/// <summary>The checks of a user agent server that need to know what it supports (RFC 3261 §8.2.2).</summary>
public static class RequestInspection
{
    /// <summary>
    /// <see cref="SipRejectionReason.UnsupportedUriScheme"/> (416), <see cref="SipRejectionReason.UnsupportedExtension"/> (420) or none.
    /// ACK and CANCEL are never refused for a Require (§8.2.2.3).
    /// </summary>
    /// <param name="supportedExtensions">Option tags in lower case.</param>
    /// <param name="unsupported">For 420: the value of its Unsupported header; else null.</param>
    public static SipRejectionReason Inspect(SipRequest request, IReadOnlySet<string> supportedExtensions, out string? unsupported)
    {
        unsupported = null;
        if (!request.RequestUri.IsSip && request.RequestUri.Scheme != "tel")
        {
            return SipRejectionReason.UnsupportedUriScheme;
        }

        if (request.Method is SipMethod.Ack or SipMethod.Cancel || !request.Headers.Contains(HeaderId.Require))
        {
            return SipRejectionReason.None;
        }

        var required = request.Headers.GetTokens(HeaderId.Require);
        var unknown = required.Where(tag => !supportedExtensions.Contains(tag.ToLowerInvariant())).ToList();
        if (unknown.Count == 0)
        {
            return SipRejectionReason.None;
        }

        unsupported = string.Join(", ", unknown);
        return SipRejectionReason.UnsupportedExtension;
    }
}
