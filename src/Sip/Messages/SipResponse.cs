namespace Routing.Sip.Messages;

/// <summary>A response (RFC 3261 §7.2).</summary>
public sealed class SipResponse : SipMessage
{
    public SipResponse(int statusCode, string reasonPhrase)
        : this(statusCode, reasonPhrase, new SipHeaders(), default)
    {
    }

    public SipResponse(int statusCode, string reasonPhrase, SipHeaders headers, ReadOnlyMemory<byte> body)
        : base(headers, body)
    {
        StatusCode = statusCode;
        ReasonPhrase = reasonPhrase;
    }

    public int StatusCode { get; }

    public string ReasonPhrase { get; }

    public bool IsProvisional => StatusCode < 200;

    public bool IsFinal => StatusCode >= 200;

    public bool IsSuccess => StatusCode is >= 200 and < 300;

    /// <summary>
    /// The response of RFC 3261 §8.2.6: all Vias in order, From, To, Call-ID and CSeq as they came; Timestamp into a 100 (§8.2.6.1);
    /// Record-Route into what can make a dialog (§12.1.1).
    /// </summary>
    /// <param name="toTag">Put into To unless the request already has a tag. Null only for 100, which needs none.</param>
    /// <param name="reasonPhrase">Null for the usual one.</param>
    public static SipResponse For(SipRequest request, int statusCode, string? toTag = null, string? reasonPhrase = null)
    {
        var response = new SipResponse(statusCode, reasonPhrase ?? ReasonPhrases.For(statusCode));
        var headers = response.Headers;
        headers.CopyFrom(request.Headers, HeaderId.Via);
        headers.CopyFrom(request.Headers, HeaderId.From);
        if (toTag is not null && request.Headers.To is { Tag: null })
        {
            // With brackets or without: what follows the address is a parameter of the header (§20). The rest stays byte for byte.
            headers.Set(HeaderId.To, $"{request.Headers[HeaderId.To]};tag={toTag}");
        }
        else
        {
            headers.CopyFrom(request.Headers, HeaderId.To);
        }

        headers.CopyFrom(request.Headers, HeaderId.CallId);
        headers.CopyFrom(request.Headers, HeaderId.CSeq);
        if (statusCode == 100)
        {
            headers.CopyFrom(request.Headers, HeaderId.Timestamp);
        }
        else if (statusCode < 300 && SipMethod.CreatesDialog(request.Method))
        {
            headers.CopyFrom(request.Headers, HeaderId.RecordRoute);
        }

        return response;
    }
}
