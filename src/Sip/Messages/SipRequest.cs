using System.Globalization;

namespace Routing.Sip.Messages;

/// <summary>A request (RFC 3261 §7.1), and how those requests are made that follow from another message.</summary>
public sealed class SipRequest : SipMessage
{
    /// <summary>The hop limit of new requests (RFC 3261 §8.1.1.6).</summary>
    public const int DefaultMaxForwards = 70;

    public SipRequest(string method, SipUri requestUri)
        : this(method, requestUri, new SipHeaders(), default)
    {
    }

    public SipRequest(string method, SipUri requestUri, SipHeaders headers, ReadOnlyMemory<byte> body)
        : base(headers, body)
    {
        Method = method;
        RequestUri = requestUri;
    }

    /// <summary>See <see cref="SipMethod"/>; a known method is the same string object.</summary>
    public string Method { get; }

    /// <summary>Set again when a request is retargeted or a strict route is undone.</summary>
    public SipUri RequestUri { get; set; }

    /// <summary>When it came, or a little earlier: a timestamp of the loop's clock. 0 for requests that did not come by a transport.</summary>
    public long CameAt { get; set; }

    public bool IsInvite => Method == SipMethod.Invite;

    public bool IsAck => Method == SipMethod.Ack;

    /// <summary>
    /// A request outside a dialog with the headers of RFC 3261 §8.1.1 but Via, which the client transaction pushes on top.
    /// </summary>
    public static SipRequest Create(string method, SipUri requestUri, NameAddress from, NameAddress to, string callId, int cseq)
    {
        var request = new SipRequest(method, requestUri);
        var headers = request.Headers;
        headers.Set(HeaderId.MaxForwards, DefaultMaxForwards.ToString(CultureInfo.InvariantCulture));
        headers.Set(HeaderId.From, from.ToString());
        headers.Set(HeaderId.To, to.ToString());
        headers.Set(HeaderId.CallId, callId);
        headers.Set(HeaderId.CSeq, new CSeq(cseq, method).ToString());
        return request;
    }

    /// <summary>The CANCEL of this request, with its top Via (RFC 3261 §9.1).</summary>
    public SipRequest CreateCancel()
    {
        var cancel = CreateHopByHop(SipMethod.Cancel);
        cancel.Headers.CopyFrom(Headers, HeaderId.To);
        return cancel;
    }

    /// <summary>The ACK of a final response other than 2xx, which belongs to the same transaction (RFC 3261 §17.1.1.3).</summary>
    public SipRequest CreateAckFor(SipResponse response)
    {
        var ack = CreateHopByHop(SipMethod.Ack);
        ack.Headers.CopyFrom(response.Headers, HeaderId.To);
        return ack;
    }

    private SipRequest CreateHopByHop(string method)
    {
        var request = new SipRequest(method, RequestUri);
        var via = Headers[HeaderId.Via] ?? throw new InvalidOperationException("The request was not sent yet: it has no Via.");
        request.Headers.Add(HeaderId.Via, via);
        request.Headers.CopyFrom(Headers, HeaderId.Route);
        request.Headers.Set(HeaderId.MaxForwards, DefaultMaxForwards.ToString(CultureInfo.InvariantCulture));
        request.Headers.CopyFrom(Headers, HeaderId.From);
        request.Headers.CopyFrom(Headers, HeaderId.CallId);
        request.Headers.Set(HeaderId.CSeq, new CSeq(CSeq.Number, method).ToString());
        return request;
    }
}
