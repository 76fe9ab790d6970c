using System.Globalization;
using Routing.Sip.Messages;

namespace Routing.Gateway.Telephony.Requests;

/// <summary>Responses with the headers that each status asks for (RFC 3261 §21): what we allow, accept and support is said in one place.</summary>
internal sealed class ResponseWriter(string product, Func<string> newTag)
{
    private const string AcceptedType = "application/sdp";

    /// <summary>Everything that is answered with more than a refusal.</summary>
    public const string Allow = "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, UPDATE, INFO";

    private static readonly string[] Known =
        [SipMethod.Message, SipMethod.Notify, SipMethod.Publish, SipMethod.Refer, SipMethod.Subscribe, SipMethod.Prack];

    public string Product => product;

    /// <summary>A response with the headers of its status. The To tag is random unless given.</summary>
    public SipResponse For(SipRequest request, int status, string? tag = null, string? reason = null)
    {
        var response = SipResponse.For(request, status, status == 100 ? null : tag ?? newTag(), reason);
        var headers = response.Headers;
        headers.Set(HeaderId.Server, product);
        switch (status)
        {
            case 405 or 501:
                headers.Set(HeaderId.Allow, Allow);
                break;
            case 415:
                headers.Set(HeaderId.Accept, AcceptedType);
                headers.Set(HeaderId.AcceptEncoding, "identity");
                break;
            case 488:
                headers.Add(HeaderId.Warning, "304 - \"No usable media in the session description\"");
                break;
            default:
                break;
        }

        return response;
    }

    public SipResponse RetryLater(SipRequest request, int status, int seconds, string? tag = null)
    {
        var response = For(request, status, tag);
        response.Headers.Set(HeaderId.RetryAfter, seconds.ToString(CultureInfo.InvariantCulture));
        return response;
    }

    /// <summary>200 to OPTIONS: what an INVITE would meet (RFC 3261 §11.2).</summary>
    public SipResponse Capabilities(SipRequest request, string? tag = null)
    {
        var response = For(request, 200, tag);
        response.Headers.Set(HeaderId.Allow, Allow);
        response.Headers.Set(HeaderId.Accept, AcceptedType);
        response.Headers.Set(HeaderId.AcceptEncoding, "identity");
        response.Headers.Set(HeaderId.AcceptLanguage, "en");
        response.Headers.Set(HeaderId.Supported, "path");
        return response;
    }

    /// <summary>420 with what is not supported, or null when every Require can be met (RFC 3261 §8.2.2.3). We support none that changes a dialog.</summary>
    public SipResponse? RefuseExtensions(SipRequest request, string? tag = null)
    {
        var unsupported = request.Headers.GetTokens(HeaderId.Require).Where(static option => !option.Equals("path", StringComparison.OrdinalIgnoreCase)).ToList();
        if (unsupported.Count == 0)
        {
            return null;
        }

        var response = For(request, 420, tag);
        response.Headers.Set(HeaderId.Unsupported, string.Join(", ", unsupported));
        return response;
    }

    /// <summary>405 for a method that we know and do not allow, 501 for one that we do not know (RFC 3261 §21.5.2).</summary>
    public SipResponse RefuseMethod(SipRequest request, string? tag = null) => For(request, Known.Contains(request.Method) ? 405 : 501, tag);
}
