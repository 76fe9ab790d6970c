using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Routing.EndToEnd.Hostile;

/// <summary>SIP as text, so that anything can be wrong with it.</summary>
internal static partial class HostileText
{
    public const string Sdp = "v=0\r\no=x 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n";

    /// <summary>A sound request; parts of it may be replaced by the caller.</summary>
    public static string Request(string method, IPEndPoint local, string call, string uri = "sip:1000@demo", string more = "", string body = "", int cseq = 1) =>
        $"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {local};branch=z9hG4bK-{call}-{cseq}-{method};rport\r\nMax-Forwards: 70\r\n"
        + $"From: <sip:mallory@demo>;tag=m\r\nTo: <sip:alice@demo>\r\nCall-ID: {call}\r\nCSeq: {cseq} {method}\r\nContact: <sip:mallory@{local}>\r\n{more}"
        + (body.Length == 0 ? "" : "Content-Type: application/sdp\r\n")
        + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    public static int StatusOf(string response) => int.Parse(response.AsSpan("SIP/2.0 ".Length, 3), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>The value of a quoted parameter of the challenge.</summary>
    public static string NonceOf(string response) => Nonce().Match(response).Groups[1].Value;

    /// <summary>Credentials of RFC 2069, which a server must take too.</summary>
    public static string Authorization(string user, string password, string method, string nonce)
    {
        const string uri = "sip:demo";
        string response = Md5($"{Md5($"{user}:demo:{password}")}:{nonce}:{Md5($"{method}:{uri}")}");
        return $"Authorization: Digest username=\"{user}\",realm=\"demo\",nonce=\"{nonce}\",uri=\"{uri}\",response=\"{response}\"\r\n";
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5351", Justification = "Digest of RFC 2617.")]
    private static string Md5(string text) => Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(Encoding.UTF8.GetBytes(text)));

    [GeneratedRegex("nonce=\"([^\"]*)\"")]
    private static partial Regex Nonce();
}
