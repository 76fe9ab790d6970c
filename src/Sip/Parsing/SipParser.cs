using System.Diagnostics.CodeAnalysis;
using Routing.Sip.Messages;

namespace Routing.Sip.Parsing;

/// <summary>
/// Reads one message from one datagram. Stateless; what it returns owns its memory, so that the receive buffer can be used again at once.
/// Streams are cut into messages by <see cref="SipStreamFramer"/>.
/// </summary>
public static class SipParser
{
    /// <summary>
    /// True with a message whose Via, From, To, Call-ID and CSeq are present and well formed; false with the reason, and what
    /// is needed to answer.
    /// Line breaks before the start line are skipped (RFC 3261 §7.5); bytes after the body are dropped, and a body shorter than
    /// Content-Length is refused (§18.3).
    /// </summary>
    public static bool TryParse(
        ReadOnlySpan<byte> datagram,
        SipLimits limits,
        [NotNullWhen(true)] out SipMessage? message,
        [NotNullWhen(false)] out SipParseError? error)
    {
        message = null;
        error = null;
        while (datagram.StartsWith("\r\n"u8))
        {
            datagram = datagram[2..];
        }

        if (datagram.IsEmpty)
        {
            error = new SipParseError(SipRejectionReason.Empty, SipRejection.Silence, null);
            return false;
        }

        var end = datagram.IndexOf("\r\n\r\n"u8);
        var headBytes = end < 0 ? datagram.Length : end;
        var head = SipHeadParser.Parse(datagram[..Math.Min(headBytes, limits.MaxHeadBytes)], limits);
        var body = end < 0 ? [] : datagram[(end + 4)..];
        var reason = Judge(head, headBytes, end >= 0, datagram.Length, body.Length, limits);
        if (reason != SipRejectionReason.None)
        {
            error = head.ToError(reason);
            return false;
        }

        message = head.ToMessage(body[..(head.ContentLengthBytes ?? body.Length)].ToArray());
        return true;
    }

    /// <summary>What is wrong with size and length comes first: a head that was cut off has other faults only because of that.</summary>
    private static SipRejectionReason Judge(SipHead head, int headBytes, bool ended, int totalBytes, int bodyBytes, SipLimits limits)
    {
        if (head.Fault == SipRejectionReason.NotSip)
        {
            return SipRejectionReason.NotSip;
        }

        if (headBytes > limits.MaxHeadBytes || totalBytes > limits.MaxMessageBytes)
        {
            return SipRejectionReason.MessageTooLarge;
        }

        if (!ended)
        {
            return SipRejectionReason.MissingEndOfHeaders;
        }

        if (head.Fault != SipRejectionReason.None)
        {
            return head.Fault;
        }

        var length = head.ContentLengthBytes ?? bodyBytes;
        return length > limits.MaxBodyBytes ? SipRejectionReason.BodyTooLarge
            : length > bodyBytes ? SipRejectionReason.BodyTruncated
            : SipRejectionReason.None;
    }
}
