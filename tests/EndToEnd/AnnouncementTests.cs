using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Routing.EndToEnd.Live;
using Routing.EndToEnd.Phones;
using Routing.EndToEnd.Processes;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>Callers who are turned away hear the file that the configuration names, byte for byte, and are hung up on; also when the program is killed in the middle.</summary>
public sealed class AnnouncementTests
{
    private const int PacketBytes = 160;
    private const int RtpHeaderBytes = 12;

    private const string Configuration = """
        domain: night
        realm: demo
        demo: true
        agents:
          - { id: alice, password: alice-demo }
        queues:
          - id: support
            overflow:
              - { on: nobody-logged-in, announcement: closed }
        numbers:
          - { number: "1000", queue: support }
          - { number: "9000", announcement: closed }
        announcements:
          - { name: closed, file: closed.pcma }
        apiKeys:
          - { name: admin, key: demo-admin, role: admin }
        """;

    [Theory]
    [InlineData("1000", "nobody-logged-in")]
    [InlineData("9000", "entry-route")]
    public async Task A_caller_hears_the_file_once_byte_for_byte_and_is_hung_up_on(string number, string reason)
    {
        byte[] file = Sound(packets: 75);
        await using Scene scene = await OpenAsync(file);
        string address = scene.Server.Network.NextAddress();
        using var ear = new UdpClient(new IPEndPoint(IPAddress.Parse(address), 40_000));
        await using ChildProcess caller = Call(scene, address, number);

        // Our BYE is the scenario's end.
        Assert.Equal(0, await caller.ExitAsync());
        string id = await scene.Live.CallAsync("0901", "ended");
        List<(uint Timestamp, byte[] Payload)> heard = Heard(ear);
        Assert.InRange(heard.Count, file.Length / PacketBytes / 2, file.Length / PacketBytes);
        Assert.All(heard, packet =>
        {
            int at = (int)(packet.Timestamp - heard[0].Timestamp);
            Assert.Equal(file[at..(at + PacketBytes)], packet.Payload);
        });

        JsonNode call = await scene.Server.GetAsync("calls/" + id);
        Assert.Equal(("announced", reason, "closed"), ((string?)call["call"]!["outcome"], (string?)call["call"]!["endReason"], (string?)call["call"]!["announcement"]));
        Assert.Equal(number == "1000" ? ["announced"] : [], call["visits"]!.AsArray().Select(visit => (string?)visit!["result"]));
        JsonNode figures = await scene.Server.GetAsync("summary");
        Assert.Equal((1, 1, 0), ((int)figures["offered"]!, (int)figures["announced"]!, (int)figures["announcing"]!));
    }

    [Fact]
    public async Task A_kill_in_the_middle_of_it_neither_loses_the_caller_nor_keeps_it_for_ever()
    {
        byte[] file = Sound(packets: 400);
        await using Scene scene = await OpenAsync(file);
        Baresip caller = await scene.CallerPhoneAsync("0901");
        await caller.DialAsync(scene.UriOf("9000"));
        await caller.EventAsync("CALL_ESTABLISHED");
        string id = await scene.Live.CallAsync("0901", "announcing");

        await scene.Server.KillAndRestartAsync();
        await caller.EventAsync("CALL_CLOSED");
        await using LiveWatch live = await scene.Server.WatchAsync();
        await live.CallAsync("0901", "ended");
        Assert.Equal("announced", (string?)(await scene.Server.GetAsync("calls/" + id))["call"]!["outcome"]);
    }

    private static Task<Scene> OpenAsync(byte[] file) => Scene.OpenAsync(Configuration, data => File.WriteAllBytes(Path.Combine(Path.GetDirectoryName(data)!, "closed.pcma"), file));

    private static ChildProcess Call(Scene scene, string address, string number) =>
        Sipp.Start(scene.Server.Folder, "caller", scene.Server.SipAddress, address + ":5060", new Dictionary<string, string> { ["USER"] = "0901", ["EXPECTED"] = "" }, "-s", number);

    /// <summary>No two packets of it are the same.</summary>
    private static byte[] Sound(int packets) => [.. Enumerable.Range(0, packets * PacketBytes).Select(static i => (byte)((i / PacketBytes) ^ (i % PacketBytes)))];

    /// <summary>Everything that waits in the socket: the call is over.</summary>
    private static List<(uint Timestamp, byte[] Payload)> Heard(UdpClient ear)
    {
        List<(uint Timestamp, byte[] Payload)> heard = [];
        IPEndPoint from = new(IPAddress.Any, 0);
        while (ear.Available > 0)
        {
            byte[] packet = ear.Receive(ref from);
            Assert.Equal(8, packet[1] & 0x7F);
            heard.Add((BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(4)), packet[RtpHeaderBytes..]));
        }

        return heard;
    }
}
