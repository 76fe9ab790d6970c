using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Routing.EndToEnd.Processes;
using Xunit;

namespace Routing.EndToEnd.Hostile;

/// <summary>Connections to the running program, SIP and HTTP, that mean harm.</summary>
public sealed class HostileStreamTests
{
    private const int Mebibyte = 1_024 * 1_024;

    [Fact]
    public async Task Streams_that_cannot_be_cut_are_answered_once_and_closed()
    {
        await using Scene scene = await Scene.OpenAsync();
        string Sound(RawTcp tcp, string name) => HostileText.Request("OPTIONS", tcp.Local, name).Replace("SIP/2.0/UDP", "SIP/2.0/TCP", StringComparison.Ordinal);
        (string Name, int Status, Func<RawTcp, string> Text)[] streams =
        [
            ("header-of-1-MB", 513, tcp => Sound(tcp, "a").Replace("Contact", $"X: {new string('x', Mebibyte)}\r\nContact", StringComparison.Ordinal)),
            ("headers-10000", 513, tcp => Sound(tcp, "b").Replace("Contact", string.Concat(Enumerable.Repeat("X: 1\r\n", 10_000)) + "Contact", StringComparison.Ordinal)),
            ("body-of-1-GB", 413, tcp => Sound(tcp, "c").Replace("Content-Length: 0", "Content-Length: 1073741824", StringComparison.Ordinal)),
            ("length-negative", 400, tcp => Sound(tcp, "d").Replace("Content-Length: 0", "Content-Length: -1", StringComparison.Ordinal)),
            ("no-length", 400, tcp => Sound(tcp, "e").Replace("Content-Length: 0\r\n", "", StringComparison.Ordinal)),
            ("length-twice", 400, tcp => Sound(tcp, "f").Replace("Content-Length: 0", "Content-Length: 0\r\nContent-Length: 40", StringComparison.Ordinal)),
            ("http", 0, static _ => "GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
            ("tls", 0, static _ => "\u0016\u0003\u0001\u0002\0\u0001\0\r\n\r\n"),
        ];

        foreach ((string name, int status, Func<RawTcp, string> text) in streams)
        {
            using RawTcp tcp = new(scene.Server.Network.NextAddress(), scene.Server.SipAddress);
            tcp.TrySend(text(tcp));
            string answer = await tcp.ReadToEndAsync();
            Assert.True(status == 0 ? answer.Length == 0 : answer.StartsWith($"SIP/2.0 {status} ", StringComparison.Ordinal), $"{name}: {answer}");
        }
    }

    [Fact]
    public async Task Floods_stay_within_their_limits_and_no_call_port_or_memory_is_left()
    {
        await using Scene scene = await Scene.OpenAsync();
        RoutingServer server = scene.Server;
        string source = server.Network.NextAddress();
        List<RawTcp> connections = [];
        for (int i = 0; i < 300; i++)
        {
            RawTcp tcp = new(source, server.SipAddress);
            tcp.TrySend("INVITE sip:1000@demo SIP/2.0\r\nVia: SIP/2.0/TCP x;branch=z9hG4bK");
            connections.Add(tcp);
        }

        // Those above 256 are closed at once.
        await Task.WhenAll(connections.Skip(256).Select(static tcp => tcp.ReadToEndAsync()));
        using (RawUdp mallory = new(server.Network.NextAddress(), server.SipAddress))
        {
            for (int i = 0; i < 20; i++)
            {
                for (int j = 0; j < 250; j++)
                {
                    mallory.Send(HostileText.Request(j % 2 == 0 ? "REGISTER" : "INVITE", mallory.Local, $"flood-{i}-{j}", j % 2 == 0 ? "sip:demo" : "sip:nobody@demo", body: j % 2 == 0 ? "" : HostileText.Sdp));
                }

                // Answers to the sentinel behind each burst keep the flood at the pace of the server.
                await mallory.AnswersAsync(Encoding.ASCII.GetBytes("\r\n"));
            }
        }

        ChildProcess alice = await scene.SippAgentAsync("alice", "agent_answers");
        ChildProcess caller = scene.SippCaller("0901", "1000");
        await alice.SucceedsAsync();
        await caller.SucceedsAsync();
        connections.ForEach(static tcp => tcp.Dispose());

        string metrics = await server.GetTextAsync("/metrics");
        Assert.Equal(0, Value(metrics, "routing_sip_calls_live"));
        Assert.Equal(0, Value(metrics, "routing_sip_dialogs_live"));
        Assert.Equal(0, Value(metrics, "routing_rtp_ports_used"));
        Assert.Equal(0, Value(metrics, "routing_rtp_streams_playing"));
        Assert.Equal(0, Value(metrics, "routing_sip_faults_total"));
        Assert.True(Value(metrics, "process_resident_memory_bytes") < 512.0 * Mebibyte, metrics);
    }

    [Fact]
    public async Task Http_requests_that_mean_harm_are_refused_and_the_server_goes_on()
    {
        await using Scene scene = await Scene.OpenAsync();
        const string put = "PUT /api/v1/agents/alice/state HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer demo-admin\r\nContent-Type: application/json\r\n";
        string deep = string.Concat(Enumerable.Repeat("[", 8_000));
        (string Name, int Status, string Text)[] requests =
        [
            ("huge-json", 413, $"{put}Content-Length: 100000000\r\n\r\n"),
            ("chunked-huge", 413, $"{put}Transfer-Encoding: chunked\r\n\r\n10000\r\n{new string(' ', 65_536)}\r\n0\r\n\r\n"),
            ("deep-json", 400, $"{put}Content-Length: {deep.Length}\r\nConnection: close\r\n\r\n{deep}"),
            ("both-lengths", 400, $"{put}Content-Length: 5\r\nTransfer-Encoding: nonsense\r\n\r\nabcde"),
            ("negative-length", 400, $"{put}Content-Length: -5\r\n\r\n"),
            ("headers-many", 431, $"GET /api/v1/agents HTTP/1.1\r\nHost: x\r\n{string.Concat(Enumerable.Repeat("X: 1\r\n", 10_000))}\r\n"),
            ("header-of-1-MB", 431, $"GET /api/v1/agents HTTP/1.1\r\nHost: x\r\nX: {new string('x', Mebibyte)}\r\n\r\n"),
            ("path-up", 404, "GET /../../../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
            ("path-encoded", 404, "GET /assets/..%2f..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
            ("path-line-break", 404, "GET /api/v1/%0d%0aEvil:%201 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
            ("path-nul", 400, "GET /api/v1/%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
            ("sip", 505, "OPTIONS sip:1000@demo SIP/2.0\r\nVia: SIP/2.0/TCP x\r\n\r\n"),
        ];
        List<string> wrong = [];
        foreach ((string name, int status, string text) in requests)
        {
            using RawTcp tcp = new(scene.Server.Network.NextAddress(), scene.Server.HttpAddress);
            tcp.TrySend(text);
            string answer = await tcp.ReadAsync();
            if (!answer.StartsWith($"HTTP/1.1 {status} ", StringComparison.Ordinal) || answer.Contains("\r\nEvil:", StringComparison.Ordinal) || answer.Contains("root:", StringComparison.Ordinal))
            {
                wrong.Add($"{name}: {answer.Split('\n')[0]} instead of {status}");
            }
        }

        Assert.Empty(wrong);
        Assert.Equal("alive\n", await scene.Server.GetTextAsync("/healthz"));
    }

    private static double Value(string metrics, string name) =>
        double.Parse(Regex.Match(metrics, $"^{name} (\\S+)$", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture);
}
