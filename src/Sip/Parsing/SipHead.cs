using Routing.Sip.Messages;

namespace Routing.Sip.Parsing;

/// <summary>
/// Start line and headers as far as they could be read. The first fault is kept and reading goes on, because the answer to a refused
/// request needs its Via, From, To, Call-ID and CSeq.
/// </summary>
internal sealed class SipHead
{
    private static readonly SipUri Unreadable = new("sip", null, "unreadable.invalid");

    /// <summary>Null for a response, and when the first line is not SIP at all.</summary>
    public string? Method { get; set; }

    public SipUri? RequestUri { get; set; }

    /// <summary>0 for a request.</summary>
    public int StatusCode { get; set; }

    public string ReasonPhrase { get; set; } = "";

    public SipHeaders Headers { get; } = new();

    /// <summary>The first fault found.</summary>
    public SipRejectionReason Fault { get; private set; }

    /// <summary>True after the first Content-Length that is a number.</summary>
    public bool HasContentLength { get; set; }

    /// <summary>Bytes; null when absent or unusable (then <see cref="Fault"/> says which).</summary>
    public int? ContentLengthBytes { get; set; }

    public void Refuse(SipRejectionReason reason)
    {
        if (Fault == SipRejectionReason.None)
        {
            Fault = reason;
        }
    }

    public SipMessage ToMessage(ReadOnlyMemory<byte> body) => Method is null
        ? new SipResponse(StatusCode, ReasonPhrase, Headers, body)
        : new SipRequest(Method, RequestUri!, Headers, body);

    public SipParseError ToError(SipRejectionReason reason)
    {
        var status = SipRejection.StatusCodeOf(reason);
        return status == SipRejection.Silence || Method is null or SipMethod.Ack || Headers.Via is null
            ? new SipParseError(reason, SipRejection.Silence, null)
            : new SipParseError(reason, status, new SipRequest(Method, RequestUri ?? Unreadable, Headers, default));
    }
}
