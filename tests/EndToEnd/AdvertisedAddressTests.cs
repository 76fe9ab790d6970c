using System.Net;
using System.Net.Sockets;
using System.Text;
using Routing.EndToEnd.Network;
using Routing.EndToEnd.Processes;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>What a caller is told of where to send requests (Contact) and audio (c=), when that is not simply the address that is listened at.</summary>
public sealed class AdvertisedAddressTests : IDisposable
{
    /// <summary>Of this process, and in a range that no other test uses: one that listens everywhere meets every other on the machine.</summary>
    private static readonly int Port = 11_000 + (Environment.ProcessId % 4_000);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestNetwork _network = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("routing-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Behind_NAT_a_caller_is_told_the_address_that_leads_here_and_a_port_of_the_range()
    {
        string outside = _network.NextAddress();
        await using ChildProcess program = await StartAsync("--sip", $"{_network.Server}:{Port}", "--advertise", outside, "--rtp-ports", "21000-21009");

        string answer = await CallAsync(_network.Server);

        Assert.Contains($"Contact: <sip:1000@{outside}:{Port}", answer, StringComparison.Ordinal);
        Assert.Contains($"\r\nc=IN IP4 {outside}\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nm=audio 2100", answer, StringComparison.Ordinal);
        Assert.DoesNotContain($"IN IP4 {_network.Server}\r\n", answer, StringComparison.Ordinal);
        Assert.Contains($"phones are told {outside}:{Port}", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listening_everywhere_a_caller_is_told_an_address_that_it_reaches_and_never_the_wildcard()
    {
        await using ChildProcess program = await StartAsync("--sip", $"0.0.0.0:{Port}");

        string answer = await CallAsync(_network.Server);

        Assert.DoesNotContain("0.0.0.0", answer, StringComparison.Ordinal);
        // The system's route to a loopback address leaves from the first of them.
        Assert.Contains($"Contact: <sip:1000@127.0.0.1:{Port}", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nc=IN IP4 127.0.0.1\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("every address of this machine", program.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("at 0.0.0.0", program.Output, StringComparison.Ordinal);
    }

    private async Task<ChildProcess> StartAsync(params string[] options)
    {
        string file = Path.Combine(_folder.FullName, "domain.yaml");
        await File.WriteAllTextAsync(file, """
            domain: shop
            agents: [ { id: ann, password: kept-to-herself } ]
            queues: [ { id: sales } ]
            numbers: [ { number: "1000", queue: sales } ]
            trunks: [ { name: here, addresses: [ 127.0.0.0/8 ] } ]
            """);
        var program = ChildProcess.Start(
            RoutingServer.Program, ["--config", file, "--data", Path.Combine(_folder.FullName, "data"), "--http", $"{_network.Server}:8080", .. options], _folder.FullName);
        await program.OutputLineAsync("Ready.");
        return program;
    }

    /// <summary>Calls a queue where nobody is free; the 200 that brings the hold tone.</summary>
    private async Task<string> CallAsync(string server)
    {
        string phone = _network.NextAddress();
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Parse(phone), 5060));
        string sdp = $"v=0\r\no=- 1 1 IN IP4 {phone}\r\ns=-\r\nc=IN IP4 {phone}\r\nt=0 0\r\nm=audio 30000 RTP/AVP 0\r\n";
        byte[] invite = Encoding.ASCII.GetBytes(
            $"INVITE sip:1000@{server}:{Port} SIP/2.0\r\nVia: SIP/2.0/UDP {phone}:5060;branch=z9hG4bK1\r\nMax-Forwards: 70\r\nFrom: <sip:0301@{phone}>;tag=1\r\nTo: <sip:1000@{server}>\r\n"
            + $"Call-ID: told@{phone}\r\nCSeq: 1 INVITE\r\nContact: <sip:0301@{phone}:5060>\r\nContent-Type: application/sdp\r\nContent-Length: {sdp.Length}\r\n\r\n{sdp}");
        await socket.SendAsync(invite, new IPEndPoint(IPAddress.Parse(server), Port));
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            string received = Encoding.ASCII.GetString((await socket.ReceiveAsync(limit.Token)).Buffer);
            if (received.StartsWith("SIP/2.0 200 ", StringComparison.Ordinal))
            {
                return received;
            }
        }
    }
}
