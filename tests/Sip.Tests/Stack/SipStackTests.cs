using System.Net;
using Routing.Sip.Loop;
using Routing.Sip.Messages;
using Routing.Sip.Parsing;
using Routing.Sip.Stack;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;
using Xunit;

namespace Routing.Sip.Tests.Stack;

public sealed class SipStackTests
{
    private readonly StackHarness _sip = new();

    [Theory]
    [InlineData("SIP/2.0/UDP 10.0.0.2:5070;branch=z9hG4bKv1", "SIP/2.0/UDP 10.0.0.2:5070;branch=z9hG4bKv1")]
    [InlineData("SIP/2.0/UDP phone.example:5070;branch=z9hG4bKv2", "SIP/2.0/UDP phone.example:5070;branch=z9hG4bKv2;received=10.0.0.2")]
    [InlineData("SIP/2.0/UDP 10.0.0.2:5070;branch=z9hG4bKv3;rport", "SIP/2.0/UDP 10.0.0.2:5070;branch=z9hG4bKv3;rport=5070;received=10.0.0.2")]
    [InlineData("SIP/2.0/UDP 192.168.1.9:9;branch=z9hG4bKv4;rport", "SIP/2.0/UDP 192.168.1.9:9;branch=z9hG4bKv4;rport=5070;received=10.0.0.2")]
    public void Top_via_gets_received_and_rport(string sent, string seen)
    {
        _sip.FromPeer(_sip.NewPeerRequest(SipMethod.Options, "unused", via: sent));

        Via via = Assert.Single(_sip.User.Requests).Request.Via;
        Assert.True(Via.TryParse(seen, out Via expected));
        Assert.Equal(expected.Host, via.Host);
        Assert.Equal(expected.Port, via.Port);
        Assert.Equal(expected.Received, via.Received);
        Assert.Equal(expected.RPort, via.RPort);
    }

    [Theory]
    [InlineData("SIP/2.0/UDP 192.168.1.9:5099;branch=z9hG4bKr1", 5099)]
    [InlineData("SIP/2.0/UDP 192.168.1.9;branch=z9hG4bKr2;maddr=10.0.0.3", 5060)]
    [InlineData("SIP/2.0/UDP 192.168.1.9:5099;branch=z9hG4bKr3;rport", 5070)]
    public void Response_over_udp_goes_to_the_source_address_and_the_port_that_the_via_says(string via, int port)
    {
        List<IPEndPoint> sentTo = [];
        _sip.FromPeer(_sip.NewPeerRequest(SipMethod.Options, "unused", via: via));
        _sip.Network.Filter = (flow, _) =>
        {
            sentTo.Add(flow.Remote);
            return true;
        };

        Answer(_sip, 200);

        Assert.Equal([new IPEndPoint(IPAddress.Parse("10.0.0.2"), port)], sentTo);
    }

    [Fact]
    public void Response_over_a_lost_connection_opens_one_to_the_port_of_the_via()
    {
        StackHarness sip = new(SipTransportKind.Tcp);
        sip.FromPeer(sip.NewPeerRequest(SipMethod.Invite, "z9hG4bKt1"));
        SipFlow first = sip.User.Requests[0].Flow;
        sip.StackTransport.Break(first);
        sip.Run();
        Assert.All(sip.User.Failures, failure => Assert.Equal(SipTransactionFailure.TransportError, failure.Failure));

        Assert.Equal(SipSendResult.Sent, sip.User.Requests[0].Respond(SipResponse.For(sip.User.Requests[0].Request, 200, "t")));
        sip.Run();

        Assert.Equal(["200@0"], sip.Peer.Log);
        sip.Advance(32_000);
        sip.AssertNothingLeaks();
    }

    [Fact]
    public void Above_the_limit_requests_get_503_with_retry_after_and_leave_nothing()
    {
        StackHarness sip = new(options: new SipStackOptions { Transactions = new SipTransactionOptions { ServerLimitTransactions = 2 } });
        foreach (int i in Enumerable.Range(1, 4))
        {
            sip.FromPeer(sip.NewPeerRequest(SipMethod.Invite, $"z9hG4bKl{i}"));
        }

        Assert.Equal(2, sip.User.Requests.Count);
        Assert.Equal(["503@0", "503@0"], sip.Peer.Log);
        Assert.Equal("5", sip.Peer.LastResponse.Headers[HeaderId.RetryAfter]);
        Assert.NotNull(sip.Peer.LastResponse.To.Tag);
        Assert.Equal(2, sip.Stack.Counters[SipCounter.RequestOverLimit]);
        Assert.Equal(2, sip.Stack.Counters[SipCounter.InviteServerLive]);
    }

    [Fact]
    public void A_source_that_has_its_share_gets_503_with_retry_after_while_its_calls_and_others_go_on()
    {
        StackHarness sip = new(options: new SipStackOptions { Transactions = new SipTransactionOptions { ServerLimitTransactions = 20 } });
        RawPeer other = new(sip.Network.Attach(SipTransportKind.Udp, new IPEndPoint(IPAddress.Parse("10.0.0.3"), 5070)), () => sip.Driver.Elapsed);
        foreach (int i in Enumerable.Range(1, 17))
        {
            sip.FromPeer(sip.NewPeerRequest(SipMethod.Options, $"z9hG4bKs{i}"));
        }

        Assert.Equal(16, sip.User.Requests.Count);
        Assert.Equal(["503@0"], sip.Peer.Log);
        Assert.Equal("5", sip.Peer.LastResponse.Headers[HeaderId.RetryAfter]);
        Assert.Equal(1, sip.Stack.Counters[SipCounter.RequestOverShare]);

        SipRequest bye = sip.NewPeerRequest(SipMethod.Bye, "z9hG4bKbye");
        bye.Headers.Set(HeaderId.To, bye.To.WithTag("t").ToString());
        sip.FromPeer(bye);
        other.Send(other.Transport.GetFlow(sip.StackTransport.LocalEndPoint), sip.NewPeerRequest(SipMethod.Options, "z9hG4bKo1", via: "SIP/2.0/UDP 10.0.0.3:5070;branch=z9hG4bKo1"));
        sip.Run();
        Assert.Equal(18, sip.User.Requests.Count);

        sip.Advance(32_000);
        sip.AssertNothingLeaks();
        sip.FromPeer(sip.NewPeerRequest(SipMethod.Options, "z9hG4bKagain"));
        Assert.Equal(19, sip.User.Requests.Count);
    }

    [Fact]
    public void Above_the_limit_sending_is_refused_later_and_not_inside_the_call()
    {
        StackHarness sip = new(options: new SipStackOptions { Transactions = new SipTransactionOptions { ClientLimitTransactions = 1 } });
        RecordingClient first = new();
        RecordingClient second = new();
        sip.Send(sip.NewRequest(SipMethod.Options), first);
        sip.Stack.SendRequest(sip.NewRequest(SipMethod.Options), sip.ToPeer, second);
        Assert.Empty(second.Failures);

        sip.Run();

        Assert.Equal([SipTransactionFailure.LimitReached], second.Failures);
        Assert.Equal(["OPTIONS@0"], sip.Peer.Log);
        sip.PeerAnswers(200);
        sip.Advance(5_000);
        sip.AssertNothingLeaks();
        sip.Send(sip.NewRequest(SipMethod.Options), new RecordingClient());
        Assert.Equal(2, sip.Peer.Received.Count);
    }

    [Fact]
    public void A_request_that_comes_on_two_ways_is_answered_482_once_merged_and_accepted_again_after_a_refusal()
    {
        _sip.FromPeer(_sip.NewPeerRequest(SipMethod.Invite, "z9hG4bKm1", "forked"));
        _sip.FromPeer(_sip.NewPeerRequest(SipMethod.Invite, "z9hG4bKm2", "forked"));
        Assert.Equal(["482@0"], _sip.Peer.Log);
        Assert.Single(_sip.User.Requests);

        // Some phones repeat their INVITE with credentials but the same CSeq: after a refusal that is no merge.
        Answer(_sip, 401);
        _sip.FromPeer(_sip.NewPeerRequest(SipMethod.Invite, "z9hG4bKm3", "forked"));
        Assert.Equal(2, _sip.User.Requests.Count);
        Assert.Equal(1, _sip.Stack.Counters[SipCounter.RequestMerged]);
    }

    [Fact]
    public void What_cannot_be_parsed_is_answered_statelessly_the_same_way_each_time()
    {
        const string Bad = """
            OPTIONS sip:queue@10.0.0.1 SIP/2.0
            Via: SIP/2.0/UDP 10.0.0.2:5070;branch=z9hG4bKbad;rport
            From: <sip:x@10.0.0.2>;tag=1
            To: <sip:queue@10.0.0.1>
            Call-ID: bad-1
            CSeq: 1 INVITE
            Max-Forwards: 70


            """;
        _sip.Peer.SendText(_sip.PeerFlow, Bad);
        _sip.Peer.SendText(_sip.PeerFlow, Bad);
        _sip.Peer.SendText(_sip.PeerFlow, Bad.Replace("SIP/2.0\n", "SIP/3.0\n", StringComparison.Ordinal));
        _sip.Peer.SendText(_sip.PeerFlow, "\r\n\r\n");
        _sip.Peer.SendText(_sip.PeerFlow, "GET / HTTP/1.1\r\n\r\n");
        _sip.Run();

        Assert.Equal(["400@0", "400@0", "505@0"], _sip.Peer.Log);
        string?[] tags = [.. _sip.Peer.Received.Select(entry => entry.Message.To.Tag)];
        Assert.Equal(tags[0], tags[1]);
        Assert.Equal(2, _sip.Stack.Counters.Refused[SipRejectionReason.CSeqMethodMismatch]);
        Assert.Equal(1, _sip.Stack.Counters.Refused[SipRejectionReason.NotSip]);
        Assert.Empty(_sip.User.Requests);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void An_ack_is_never_answered()
    {
        _sip.FromPeer(_sip.NewPeerRequest(SipMethod.Ack, "z9hG4bKa1"));

        Assert.Single(_sip.User.Acks);
        Assert.Empty(_sip.Peer.Log);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void A_full_inbox_drops_messages_and_counts_them()
    {
        StackHarness sip = new(loopOptions: new SipLoopOptions { NetworkInboxLimitItems = 2, InboxLimitItems = 10 });
        for (int i = 0; i < 5; i++)
        {
            sip.Peer.Send(sip.PeerFlow, sip.NewPeerRequest(SipMethod.Options, $"z9hG4bKf{i}"));
        }

        sip.Run();

        Assert.Equal(2, sip.User.Requests.Count);
        Assert.Equal(3, sip.Stack.Counters[SipCounter.MessageDroppedInboxFull]);
    }

    [Theory]
    [InlineData("0.0.0.0", "10.0.0.9", "0.0.0.0")]
    [InlineData("10.0.0.9", "0.0.0.0", "10.0.0.9")]
    [InlineData("127.0.0.9", "0.0.0.0", "0.0.0.0")]
    public void A_request_leaves_from_the_first_listening_point_that_reaches_the_other_side(string first, string second, string expected)
    {
        SipStack stack = new(_sip.Driver.Loop, _sip.User, null, new Random(1).NextBytes);
        stack.AddTransport(_sip.Network.Attach(SipTransportKind.Udp, new IPEndPoint(IPAddress.Parse(first), 5060)));
        stack.AddTransport(_sip.Network.Attach(SipTransportKind.Udp, new IPEndPoint(IPAddress.Parse(second), 5080)));

        Assert.Equal(IPAddress.Parse(expected), stack.FindFlow(SipTransportKind.Udp, new IPEndPoint(IPAddress.Parse("10.0.0.2"), 5070))!.Local.Address);
    }

    [Fact]
    public void A_restored_invite_absorbs_repeats_and_can_be_answered_and_cancelled()
    {
        SipRequest invite = _sip.NewPeerRequest(SipMethod.Invite, "z9hG4bKo1", via: "SIP/2.0/UDP 10.0.0.2:5070;branch=z9hG4bKo1;received=10.0.0.2;rport=5070");
        SipFlow flow = _sip.Stack.FindFlow(SipTransportKind.Udp, new IPEndPoint(IPAddress.Parse("10.0.0.2"), 5070))!;
        InviteServerTransaction restored = _sip.Stack.RestoreInvite(invite, flow, isAccepted: false);
        Assert.Same(restored, _sip.Stack.RestoreInvite(invite, flow, isAccepted: false));

        _sip.FromPeer(_sip.NewPeerRequest(SipMethod.Invite, "z9hG4bKo1"));
        Assert.Empty(_sip.User.Requests);
        _sip.FromPeer(_sip.NewPeerRequest(SipMethod.Invite, "z9hG4bKo1").CreateCancel());
        Assert.Same(restored, Assert.Single(_sip.User.Cancels).Invite);
        restored.Respond(SipResponse.For(invite, 487, "t"));
        _sip.Run();
        Assert.Equal(["487@0"], _sip.Peer.Log);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_invite_that_was_accepted_before_a_restart_is_forgotten_after_64_T1_whether_or_not_its_2xx_is_sent_again(bool isSentAgain)
    {
        SipRequest invite = _sip.NewPeerRequest(SipMethod.Invite, "z9hG4bKo1", via: "SIP/2.0/UDP 10.0.0.2:5070;branch=z9hG4bKo1;received=10.0.0.2;rport=5070");
        SipFlow flow = _sip.Stack.FindFlow(SipTransportKind.Udp, new IPEndPoint(IPAddress.Parse("10.0.0.2"), 5070))!;
        InviteServerTransaction restored = _sip.Stack.RestoreInvite(invite, flow, isAccepted: true);
        Assert.Equal((InviteServerState.Accepted, true), (restored.State, restored.IsAnswered));

        _sip.FromPeer(_sip.NewPeerRequest(SipMethod.Invite, "z9hG4bKo1"));
        if (isSentAgain)
        {
            restored.Respond(SipResponse.For(invite, 200, "t"));
        }

        restored.Respond(SipResponse.For(invite, 487, "t"));
        _sip.Run();

        Assert.Equal(isSentAgain ? ["200@0"] : [], _sip.Peer.Log);
        Assert.Empty(_sip.User.Requests);
        _sip.Advance(31_999);
        Assert.Equal(1, _sip.Stack.Counters[SipCounter.InviteServerLive]);
        _sip.Advance(1);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void Ack_of_a_2xx_is_sent_once_with_a_via_of_its_own()
    {
        SipRequest ack = _sip.NewRequest(SipMethod.Ack);

        _sip.Stack.SendAck(ack, _sip.ToPeer, "z9hG4bKack");
        _sip.Advance(60_000);

        Assert.Equal(["ACK@0"], _sip.Peer.Log);
        Assert.Equal("SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKack;rport", _sip.Peer.LastRequest.Via.ToString());
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void A_uri_without_a_transport_of_ours_has_no_route()
    {
        RecordingClient client = new();
        foreach (string uri in (string[])["sip:x@10.0.0.2;transport=tcp", "sips:x@10.0.0.2", "sip:x@[2001:db8::1]", "tel:123", "sip:x@10.0.0.2;transport=sctp"])
        {
            _sip.Stack.SendRequest(_sip.NewRequest(SipMethod.Options), SipDestination.To(SipUri.Parse(uri)), client);
        }

        _sip.Run();

        Assert.Equal(Enumerable.Repeat(SipTransactionFailure.NoRoute, 5), client.Failures);
        _sip.AssertNothingLeaks();
    }

    private static void Answer(StackHarness sip, int status)
    {
        SipServerTransaction transaction = sip.User.Requests[^1];
        transaction.Respond(SipResponse.For(transaction.Request, status, "t"));
        sip.Run();
    }
}
