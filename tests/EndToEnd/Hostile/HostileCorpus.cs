using System.Net;
using System.Text;

namespace Routing.EndToEnd.Hostile;

/// <summary>Single datagrams that no honest phone sends, and what RFC 3261 answers: a status, or 0 for silence.</summary>
internal static class HostileCorpus
{
    public static IEnumerable<(string Name, int Status, byte[] Bytes)> All(IPEndPoint local)
    {
        string Options(string name) => HostileText.Request("OPTIONS", local, name);
        string Invite(string name, string body, string uri = "sip:1000@demo") => HostileText.Request("INVITE", local, name, uri, "", body);
        (string, int, byte[]) Text(string name, int status, string text) => (name, status, Encoding.UTF8.GetBytes(text));

        // Not SIP, or nothing to answer to.
        yield return ("nothing", 0, []);
        yield return ("zeros", 0, new byte[1_400]);
        yield return ("noise", 0, Enumerable.Range(0, 60_000).Select(static i => (byte)(i * 31)).ToArray());
        yield return Text("http", 0, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        yield return Text("response-to-nothing", 0, $"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP {local};branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\nCall-ID: r\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n");
        yield return Text("ack-to-nothing", 0, HostileText.Request("ACK", local, "ack-to-nothing"));
        yield return Text("no-via", 0, Options("no-via").Replace("Via:", "X-Via:", StringComparison.Ordinal));
        yield return Text("cut-in-the-first-line", 0, Options("cut")[..20]);

        // Malformed.
        yield return Text("cut-in-the-headers", 400, Options("cut-in-the-headers")[..^30]);
        yield return Text("cut-in-the-body", 400, Invite("cut-in-the-body", HostileText.Sdp)[..^5]);
        yield return Text("length-negative", 400, Options("length-negative").Replace("Content-Length: 0", "Content-Length: -1", StringComparison.Ordinal));
        yield return Text("length-huge", 400, Options("length-huge").Replace("Content-Length: 0", "Content-Length: 99999999999999999999", StringComparison.Ordinal));
        yield return Text("length-over", 400, Options("length-over").Replace("Content-Length: 0", "Content-Length: 1000", StringComparison.Ordinal));
        yield return Text("length-twice", 400, Options("length-twice").Replace("Content-Length: 0", "Content-Length: 0\r\nContent-Length: 5", StringComparison.Ordinal));
        yield return Text("nul-in-header", 400, Options("nul-in-header").Replace("<sip:mallory@demo>;tag", "\"m\0\" <sip:mallory@demo>;tag", StringComparison.Ordinal));
        yield return Text("nul-in-uri", 400, Options("nul-in-uri").Replace("OPTIONS sip:1000@demo", "OPTIONS sip:10\000@demo", StringComparison.Ordinal));
        yield return Text("lone-line-break", 400, Options("lone-line-break").Replace("Max-Forwards: 70", "Max-Forwards: 70\rEvil: 1", StringComparison.Ordinal));
        yield return Text("cseq-too-large", 400, Options("cseq-too-large").Replace("CSeq: 1 ", "CSeq: 4294967296 ", StringComparison.Ordinal));
        yield return Text("cseq-other-method", 400, Options("cseq-other-method").Replace("1 OPTIONS\r", "1 BYE\r", StringComparison.Ordinal));
        yield return Text("max-forwards-huge", 400, Options("max-forwards-huge").Replace("Max-Forwards: 70", "Max-Forwards: 1000000000", StringComparison.Ordinal));
        yield return Text("version", 505, Options("version").Replace("SIP/2.0\r\nVia", "SIP/7.0\r\nVia", StringComparison.Ordinal));

        // Too large.
        yield return Text("header-large", 513, Options("header-large").Replace("Max-Forwards", $"X: {new string('x', 30_000)}\r\nMax-Forwards", StringComparison.Ordinal));
        yield return Text("headers-many", 513, Options("headers-many").Replace("Content-Length", string.Concat(Enumerable.Repeat("X: 1\r\n", 5_000)) + "Content-Length", StringComparison.Ordinal));
        yield return Text("vias-many", 513, Options("vias-many").Replace("Max-Forwards", $"v: {string.Join(',', Enumerable.Repeat("SIP/2.0/UDP a", 2_000))}\r\nMax-Forwards", StringComparison.Ordinal));
        yield return Text("uri-long", 414, Options("uri-long").Replace("sip:1000@demo", $"sip:{new string('1', 3_000)}@demo", StringComparison.Ordinal));
        yield return Text("contacts-many", 513, HostileText.Request("REGISTER", local, "contacts-many", "sip:demo", $"m: {string.Join(',', Enumerable.Repeat("<sip:a@b>", 2_000))}\r\n"));

        // Well formed, and not to be had here.
        yield return Text("method-unknown", 501, HostileText.Request("DROPTABLES", local, "method-unknown"));
        yield return Text("method-lower-case", 501, HostileText.Request("invite", local, "method-lower-case"));
        yield return Text("scheme-unknown", 416, Invite("scheme-unknown", HostileText.Sdp, "nobodyKnowsThisScheme:totallyopaquecontent"));
        yield return Text("scheme-http", 416, Invite("scheme-http", HostileText.Sdp, "http://www.example.com"));
        yield return Text("max-forwards-zero", 483, Invite("max-forwards-zero", HostileText.Sdp).Replace("Max-Forwards: 70", "Max-Forwards: 0", StringComparison.Ordinal));
        yield return Text("number-with-line-break", 404, Invite("number-with-line-break", HostileText.Sdp, "sip:1000%0d%0aEvil:1@demo"));
        yield return Text("number-nul", 404, Invite("number-nul", HostileText.Sdp, "sip:1000%00@demo"));
        yield return Text("agent-directly", 404, Invite("agent-directly", HostileText.Sdp, "sip:alice@demo"));
        yield return Text("outside", 404, Invite("outside", HostileText.Sdp, "sip:+15005550006@carrier.example"));
        yield return Text("expires-huge", 401, HostileText.Request("REGISTER", local, "expires-huge", "sip:demo", "Expires: 100000000000000000000\r\n"));
        yield return Text("bye-to-nothing", 481, HostileText.Request("BYE", local, "bye-to-nothing"));
        yield return Text("cancel-to-nothing", 481, HostileText.Request("CANCEL", local, "cancel-to-nothing"));

        // Session descriptions.
        yield return Text("sdp-many-media", 488, Invite("sdp-many-media", HostileText.Sdp + string.Concat(Enumerable.Repeat("m=audio 1 RTP/AVP 0\r\n", 1_500))));
        yield return Text("sdp-many-lines", 488, Invite("sdp-many-lines", HostileText.Sdp + string.Concat(Enumerable.Repeat("a=x\r\n", 5_000))));
        yield return Text("sdp-many-formats", 488, Invite("sdp-many-formats", HostileText.Sdp.Replace("AVP 0", "AVP " + string.Join(' ', Enumerable.Range(0, 600)), StringComparison.Ordinal)));
        yield return Text("sdp-port-absurd", 488, Invite("sdp-port-absurd", HostileText.Sdp.Replace("40000", "4000000000", StringComparison.Ordinal)));
        yield return Text("sdp-port-negative", 488, Invite("sdp-port-negative", HostileText.Sdp.Replace("40000", "-1", StringComparison.Ordinal)));
        yield return Text("sdp-address-absurd", 488, Invite("sdp-address-absurd", HostileText.Sdp.Replace("c=IN IP4 127.0.0.1", "c=IN IP4 999.1.1.1", StringComparison.Ordinal)));
        yield return Text("sdp-nul", 488, Invite("sdp-nul", HostileText.Sdp.Replace("s=-", "s=\0", StringComparison.Ordinal)));

        // Silence for those who look for victims.
        yield return Text("scanner", 0, HostileText.Request("OPTIONS", local, "scanner", more: "User-Agent: friendly-scanner\r\n"));
        yield return Text("scanner-invite", 0, HostileText.Request("INVITE", local, "scanner-invite", more: "User-Agent: sipcli/v1.8\r\n", body: HostileText.Sdp));

        // Odd, and fine.
        yield return ("latin-1", 200, Encoding.Latin1.GetBytes(Options("latin-1").Replace("<sip:mallory@demo>;tag", "\"M\u00fcller\" <sip:mallory@demo>;tag", StringComparison.Ordinal)));
        yield return ("broken-utf-8", 200, Encoding.Latin1.GetBytes(Options("broken-utf-8").Replace("<sip:mallory@demo>;tag", "\"\u00c3\u0028\u00ff\u00fe\" <sip:mallory@demo>;tag", StringComparison.Ordinal)));
        yield return Text("length-twice-the-same", 200, Options("length-twice-the-same").Replace("Content-Length: 0", "Content-Length: 0\r\nl: 0", StringComparison.Ordinal));
    }
}
