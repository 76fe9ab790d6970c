using System.Net;
using System.Net.Sockets;
using Routing.Contracts.Ids;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Routing.Sip.Rtp;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>Real grains, host, gateway, sockets and clock in one process.</summary>
public sealed class LiveCallTests
{
    private const int LongRingMs = 20_000;
    private static readonly byte[] CallerSdp = Phone.Sdp("127.0.0.1", 40_000);
    private static readonly byte[] AgentSdp = Phone.Sdp("127.0.0.1", 42_000);

    [Fact]
    public async Task A_registered_agent_is_rung_and_talks()
    {
        await using var rig = await LiveRig.StartAsync(LongRingMs, "alice");
        var alice = rig.NewPhone("alice");
        var caller = rig.NewPhone("caller");
        await rig.Register(alice);

        await rig.Do(() => caller.Invite(rig.Number, CallerSdp));
        await rig.Until(() => alice.CountOf(SipMethod.Invite) == 1);
        await rig.Do(() => alice.Respond(SipMethod.Invite, 180));
        await rig.Until(() => caller.Statuses.Contains(180));
        await rig.Do(() => alice.Respond(SipMethod.Invite, 200, AgentSdp));
        await rig.Until(() => caller.Statuses.Contains(200) && alice.Acks.Count == 1);
        await rig.Do(() => caller.Ack());
        Assert.Contains("m=audio 42000", System.Text.Encoding.UTF8.GetString(caller.LastResponse.Body.Span), StringComparison.Ordinal);

        await rig.Do(() => alice.Ask(SipMethod.Bye));
        await rig.Until(() => caller.CountOf(SipMethod.Bye) == 1 && alice.LastResponse.CSeq.Method == SipMethod.Bye);
        Assert.Equal(200, alice.LastResponse.StatusCode);
        await rig.Do(() => caller.Respond(SipMethod.Bye, 200));
    }

    [Fact]
    public async Task A_caller_who_must_wait_hears_the_tone_and_then_the_agent()
    {
        await using var rig = await LiveRig.StartAsync(LongRingMs, "alice");
        var alice = rig.NewPhone("alice");
        var caller = rig.NewPhone("caller");
        using Socket ear = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        ear.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)ear.LocalEndPoint!).Port;

        await rig.Do(() => caller.Invite(rig.Number, Phone.Sdp("127.0.0.1", port, "0")));
        await rig.Until(() => caller.Statuses.Contains(200));
        await rig.Do(() => caller.Ack());
        await AssertHearsToneAsync(ear);

        await rig.Register(alice);
        await rig.Until(() => alice.CountOf(SipMethod.Invite) == 1);
        await rig.Do(() => alice.Respond(SipMethod.Invite, 200, AgentSdp));
        await rig.Until(() => caller.CountOf(SipMethod.Invite) == 1);
        await rig.Do(() => caller.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.1", port, "0")));
        await rig.Until(() => caller.Acks.Count == 1 && alice.Acks.Count == 1);

        // The caller can use PCMU only, of which the agent was told in the offer: both agree, nobody is asked again.
        await rig.Do(() => caller.Ask(SipMethod.Bye));
        await rig.Until(() => alice.CountOf(SipMethod.Bye) == 1);
    }

    [Fact]
    public async Task Nobody_picks_up_and_the_next_agent_is_rung()
    {
        await using var rig = await LiveRig.StartAsync(ringTimeoutMs: 1_000, "alice", "bob");
        var alice = rig.NewPhone("alice");
        var bob = rig.NewPhone("bob");
        var caller = rig.NewPhone("caller");
        await rig.Register(alice);
        await rig.Register(bob);

        await rig.Do(() => caller.Invite(rig.Number, CallerSdp));
        await rig.Until(() => alice.CountOf(SipMethod.Invite) == 1);
        await rig.Do(() => alice.Respond(SipMethod.Invite, 180));

        await rig.Until(() => alice.Cancels.Count == 1 && bob.CountOf(SipMethod.Invite) == 1);
        await rig.Do(() => bob.Respond(SipMethod.Invite, 486));
        await rig.Until(() => caller.Statuses.Contains(200));
    }

    [Fact]
    public async Task A_caller_who_gives_up_stops_the_ringing()
    {
        await using var rig = await LiveRig.StartAsync(LongRingMs, "alice");
        var alice = rig.NewPhone("alice");
        var caller = rig.NewPhone("caller");
        await rig.Register(alice);
        await rig.Do(() => caller.Invite(rig.Number, CallerSdp));
        await rig.Until(() => alice.CountOf(SipMethod.Invite) == 1);
        await rig.Do(() => alice.Respond(SipMethod.Invite, 180));
        await rig.Until(() => caller.Statuses.Contains(180));

        await rig.Do(() => caller.Call!.Cancel());

        await rig.Until(() => alice.Cancels.Count == 1 && caller.Statuses.Contains(487));
        var snapshot = await rig.Host.SnapshotAsync(DomainId.Of("demo"), CancellationToken.None);
        Assert.Empty(snapshot.Calls);
    }

    /// <summary>25 packets of PCMU at their right timestamps. Their pace is measured by load-tests: a busy machine delays the ear, not only the tone.</summary>
    private static async Task AssertHearsToneAsync(Socket ear)
    {
        const int Packets = 25;
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        byte[] buffer = new byte[500];
        List<RtpPacket> heard = [];
        while (heard.Count < Packets)
        {
            int length = await ear.ReceiveAsync(buffer, patience.Token);
            Assert.True(RtpPacket.TryParse(buffer.AsSpan(0, length), out var packet, out _));
            heard.Add(packet);
        }

        Assert.All(heard, static packet => Assert.Equal(0, packet.PayloadType));
        Assert.Equal(1u, heard.Select(static packet => packet.Ssrc).Distinct().Aggregate(0u, static (count, _) => count + 1));
        for (int i = 1; i < heard.Count; i++)
        {
            Assert.Equal((ushort)(heard[i - 1].SequenceNumber + 1), heard[i].SequenceNumber);
            Assert.Equal(0u, unchecked(heard[i].Timestamp - heard[i - 1].Timestamp) % 160);
        }
    }
}
