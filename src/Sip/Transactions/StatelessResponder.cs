using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Routing.Sip.Messages;
using Routing.Sip.Parsing;
using Routing.Sip.Transport;

namespace Routing.Sip.Transactions;

/// <summary>
/// Answers requests without keeping anything (RFC 3261 §8.2.7): the To tag is a keyed hash of the request, so that a repeat of the
/// request gets the same answer.
/// </summary>
internal sealed class StatelessResponder(SipOutput output, SipCounters counters, byte[] key)
{
    private const int TagBytes = 8;

    /// <summary>Bytes of the key that <see cref="StatelessResponder"/> wants.</summary>
    public const int KeyBytes = 32;

    public void Respond(SipRequest request, SipFlow flow, int statusCode, int? retryAfterSeconds = null)
    {
        // Never an answer to ACK (§17.1.1.3): nobody waits for it, and two elements could keep each other busy.
        if (request.IsAck)
        {
            return;
        }

        SipResponse response = SipResponse.For(request, statusCode, TagFor(request));
        if (retryAfterSeconds is { } seconds)
        {
            response.Headers.Set(HeaderId.RetryAfter, seconds.ToString(CultureInfo.InvariantCulture));
        }

        Send(response, ResponseRoute.FlowFor(request, flow));
    }

    /// <summary>Answers what the parser refused, when there is enough of it to answer.</summary>
    public void Refuse(SipParseError error, SipFlow flow)
    {
        if (error.Request is not { } request || request.IsAck || request.Headers.Via is null)
        {
            return;
        }

        ResponseRoute.Stamp(request, flow.Remote);
        if (error.ToResponse(TagFor(request)) is { } response)
        {
            Send(response, ResponseRoute.FlowFor(request, flow));
        }
    }

    private void Send(SipResponse response, SipFlow flow)
    {
        counters.Add(SipCounter.ResponseStateless);
        output.Send(flow, response);
    }

    private string TagFor(SipRequest request)
    {
        string identity = string.Join('\n', request.Headers.Via?.Branch, request.Headers.CallId, request.Headers.From?.Tag, request.Headers.CSeq?.ToString());
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(identity)).AsSpan(0, TagBytes));
    }
}
