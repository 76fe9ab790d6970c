using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Gateway.Telephony;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Routing.Sip.Transport;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>The caller is at one gateway and the agent's phone is registered at another (RFC 5626 §5.3).</summary>
public sealed class OtherGatewayTests
{
    [Theory]
    [InlineData(SipTransportKind.Udp)]
    [InlineData(SipTransportKind.Tcp)]
    public async Task A_phone_hears_only_the_gateway_that_registered_it_from_the_first_ring_to_the_last_goodbye(SipTransportKind kind)
    {
        await using var rig = await ClusterRig.StartAsync();
        var alice = rig.NewPhone("alice", "127.0.0.3:5070", kind);
        rig.Ring(rig.Register(alice));
        rig.Connect(alice);
        Assert.Single(alice.Acks);

        rig.Do(() => rig.Caller.Ask(SipMethod.Invite, Phone.Sdp("127.0.0.2", 40_004)));
        rig.Do(() => alice.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.3", 42_004)));
        rig.Do(() => rig.Caller.Ack());
        rig.Do(() => rig.Caller.Ask(SipMethod.Bye));
        rig.Do(() => rig.Host.Emit(new EndAgentLeg(rig.CallId, new OfferId(rig.CallId, 1), "Caller left")));
        rig.Do(() => alice.Respond(SipMethod.Bye, 200));

        Assert.Equal((2, 1, 2), (alice.CountOf(SipMethod.Invite), alice.CountOf(SipMethod.Bye), alice.Acks.Count));
        Assert.DoesNotContain(rig.Wire, line => line.Contains(" 127.0.0.1:5060 > 127.0.0.3:5070 ", StringComparison.Ordinal) || line.Contains(" 127.0.1.1:5080 > 127.0.0.3:5070 ", StringComparison.Ordinal));
        Assert.DoesNotContain(rig.Wire, line => line.Contains($"{kind} 127.0.0.3:5070 > 127.0.0.1", StringComparison.Ordinal));
        Assert.Contains(rig.Wire, line => line.StartsWith($"{kind} 127.0.0.9:5060 > 127.0.0.3:5070 BYE", StringComparison.Ordinal));
        Assert.Empty(alice.LastRequest(SipMethod.Bye).Request.Headers.GetAll(HeaderId.Route));
        AssertNothingIsLeft(rig);
    }

    [Theory]
    [InlineData(SipTransportKind.Udp)]
    [InlineData(SipTransportKind.Tcp)]
    public async Task Gateways_speak_to_each_other_from_and_at_the_addresses_that_are_for_that(SipTransportKind kind)
    {
        await using var rig = await ClusterRig.StartAsync();
        var alice = rig.NewPhone("alice", "127.0.0.3:5070", kind);
        rig.Ring(rig.Register(alice));
        rig.Connect(alice);
        rig.Do(() => alice.Ask(SipMethod.Invite, Phone.Sdp("127.0.0.3", 42_004)));
        rig.Do(() => rig.Caller.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.2", 40_004)));
        rig.Do(() => alice.Ack());
        rig.Do(() => rig.Host.Emit(new EndAgentLeg(rig.CallId, new OfferId(rig.CallId, 1), "Caller left")));
        rig.Do(() => alice.Respond(SipMethod.Bye, 200));

        Assert.Contains(rig.Wire, line => line.StartsWith($"{kind} 127.0.1.1:5080 > 127.0.1.9:5080 INVITE", StringComparison.Ordinal));
        Assert.Contains(rig.Wire, line => line.StartsWith($"{kind} 127.0.1.1:5080 > 127.0.1.9:5080 ACK", StringComparison.Ordinal));
        Assert.Contains(rig.Wire, line => line.StartsWith($"{kind} 127.0.1.1:5080 > 127.0.1.9:5080 BYE", StringComparison.Ordinal));
        Assert.DoesNotContain(rig.Wire, static line => line.Contains(" 127.0.0.1:5060 > 127.0.1.9:", StringComparison.Ordinal) || line.Contains(" 127.0.0.1:5060 > 127.0.0.9:", StringComparison.Ordinal));
        Assert.DoesNotContain(rig.Wire, static line => line.Contains(" 127.0.1.9:5080 > 127.0.0.1:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_invite_that_comes_by_two_gateways_has_one_name_and_the_later_one_is_known()
    {
        await using var rig = await ClusterRig.StartAsync();
        rig.Do(() => rig.Caller.Invite(GatewayRig.Number, Phone.Sdp("127.0.0.2", 40_000)));
        rig.Do(() => rig.Caller.Send(rig.Caller.NewRequest(SipMethod.Invite, $"sip:1000@{ClusterRig.Second}", Phone.Sdp("127.0.0.2", 40_000))));
        var (first, second) = (rig.Host.Last<CallArrived>(), rig.SecondHost.Last<CallArrived>());
        rig.Do(() => rig.Caller.Invite($"sip:1000@{ClusterRig.Second}", Phone.Sdp("127.0.0.2", 40_000)));

        Assert.Equal(first.Invite, second.Invite);
        Assert.True(second.InvitedMs >= first.InvitedMs && first.InvitedMs > 0);
        Assert.NotEqual(first.Call, second.Call);
        Assert.NotEqual(first.Invite, rig.SecondHost.Last<CallArrived>().Invite);
    }

    [Theory]
    [InlineData(SipTransportKind.Udp)]
    [InlineData(SipTransportKind.Tcp)]
    public async Task What_the_phone_asks_in_the_dialog_reaches_the_gateway_that_has_the_call(SipTransportKind kind)
    {
        await using var rig = await ClusterRig.StartAsync();
        var alice = rig.NewPhone("alice", "127.0.0.3:5070", kind);
        rig.Ring(rig.Register(alice));
        rig.Connect(alice);

        rig.Do(() => alice.Ask(SipMethod.Bye));

        Assert.Equal((200, SipMethod.Bye), (alice.LastResponse.StatusCode, alice.LastResponse.CSeq.Method));
        Assert.Equal(AgentLegEndCause.HungUp, rig.Host.Last<AgentLegEnded>().Cause);
        Assert.Contains(rig.Wire, line => line.StartsWith($"{kind} 127.0.0.3:5070 > 127.0.0.9:5060 BYE", StringComparison.Ordinal));
        Assert.DoesNotContain(rig.SecondHost.Commands, static command => command is AgentLegEnded);
    }

    [Theory]
    [InlineData(SipTransportKind.Udp)]
    [InlineData(SipTransportKind.Tcp)]
    public async Task A_call_that_ends_while_the_phone_rings_is_cancelled_there(SipTransportKind kind)
    {
        await using var rig = await ClusterRig.StartAsync();
        var alice = rig.NewPhone("alice", "127.0.0.3:5070", kind);
        var offer = rig.Ring(rig.Register(alice));
        rig.Do(() => alice.Respond(SipMethod.Invite, 180));

        rig.Do(() => rig.Host.Emit(new WithdrawOffer(rig.CallId, offer.Offer, WithdrawCause.NoAnswer)));

        Assert.Single(alice.Cancels);
        Assert.Contains(rig.Wire, line => line.StartsWith($"{kind} 127.0.0.9:5060 > 127.0.0.3:5070 ACK", StringComparison.Ordinal));
        AssertNothingIsLeft(rig);
    }

    [Theory]
    [InlineData(SipTransportKind.Udp)]
    [InlineData(SipTransportKind.Tcp)]
    public async Task A_phone_that_says_that_it_rings_when_its_INVITE_was_given_up_is_cancelled_once(SipTransportKind kind)
    {
        await using var rig = await ClusterRig.StartAsync();
        var alice = rig.NewPhone("alice", "127.0.0.3:5070", kind);
        var offer = rig.Ring(rig.Register(alice));
        rig.Do(() => rig.Host.Emit(new WithdrawOffer(rig.CallId, offer.Offer, WithdrawCause.NoAnswer)));
        rig.Pass(TimeSpan.FromSeconds(40));

        rig.Do(() => alice.Respond(SipMethod.Invite, 100));
        Assert.Empty(alice.Cancels);
        rig.Do(() => alice.Respond(SipMethod.Invite, 180));
        rig.Do(() => alice.Respond(SipMethod.Invite, 183));
        rig.Pass(TimeSpan.FromSeconds(5));

        Assert.Equal(alice.LastRequest(SipMethod.Invite).Request.Via.ToString(), Assert.Single(alice.Cancels).Via.ToString());
        AssertNothingIsLeft(rig);
    }

    [Fact]
    public async Task Lost_datagrams_on_either_half_of_the_way_are_made_good_by_the_ends()
    {
        await using var rig = await ClusterRig.StartAsync();
        var alice = rig.NewPhone("alice", "127.0.0.3:5070");
        var binding = rig.Register(alice);
        HashSet<string> seen = [];
        // The first of each between each two ends. Not the 200 to INVITE and its ACK, which this phone does not repeat.
        rig.Loses = (from, to, text) => (text.StartsWith("INVITE", StringComparison.Ordinal) || text.Contains(" BYE\r\n", StringComparison.Ordinal)) && (from.Equals(ClusterRig.SecondInside) || from.Equals(ClusterRig.Second) || to.Equals(ClusterRig.Second) || to.Equals(ClusterRig.SecondInside))
            && seen.Add($"{from} {to} {text[..12]}");

        rig.Ring(binding);
        rig.Pass(TimeSpan.FromSeconds(5));
        rig.Do(() => alice.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.3", 42_000)));
        rig.Pass(TimeSpan.FromSeconds(5));
        rig.Do(() => rig.Host.Emit(new ConnectCall(rig.CallId, new OfferId(rig.CallId, 1))));
        rig.Pass(TimeSpan.FromSeconds(15));
        rig.Do(() => rig.Caller.Ack());
        Assert.NotEmpty(alice.Acks);
        rig.Do(() => alice.Ask(SipMethod.Bye));
        rig.Pass(TimeSpan.FromSeconds(15));

        Assert.Equal((200, SipMethod.Bye), (alice.LastResponse.StatusCode, alice.LastResponse.CSeq.Method));
        Assert.Equal(1, alice.CountOf(SipMethod.Invite));
    }

    [Fact]
    public async Task The_gateway_of_the_phone_may_begin_again_while_it_rings_and_while_it_talks()
    {
        await using var rig = await ClusterRig.StartAsync();
        var alice = rig.NewPhone("alice", "127.0.0.3:5070");
        rig.Ring(rig.Register(alice));
        await rig.RestartSecondAsync();
        rig.Connect(alice);
        await rig.RestartSecondAsync();

        rig.Do(() => rig.Host.Emit(new EndAgentLeg(rig.CallId, new OfferId(rig.CallId, 1), "Caller left")));

        Assert.Equal(1, alice.CountOf(SipMethod.Bye));
    }

    [Fact]
    public async Task A_phone_whose_connection_is_gone_is_unreachable_at_once()
    {
        await using var rig = await ClusterRig.StartAsync();
        var alice = rig.NewPhone("alice", "127.0.0.3:5070", SipTransportKind.Tcp);
        var binding = rig.Register(alice);
        rig.Do(alice.Dispose);

        rig.Ring(binding);

        Assert.Equal((OfferFailure.Unreachable, 430), (rig.Host.Last<OfferFailed>().Failure, rig.Host.Last<OfferFailed>().SipStatus));
        Assert.Equal(1, rig.SecondGateway.Snapshot().Gateway[SipGatewayCounter.FlowsFailed]);
        AssertNothingIsLeft(rig);
    }

    [Fact]
    public async Task Behind_a_proxy_with_Path_the_request_passes_both()
    {
        await using var rig = await ClusterRig.StartAsync();
        var proxy = rig.NewPhone("alice", "127.0.0.5:5070");
        rig.Do(() => proxy.Send(Registration(proxy, 1), $"sip:{ClusterRig.Second}"));
        rig.Do(() =>
        {
            var request = Registration(proxy, 2);
            Credentials.Add(request, proxy.LastResponse, "alice", "alice-demo");
            proxy.Send(request, $"sip:{ClusterRig.Second}");
        });

        rig.Ring(rig.SecondHost.Last<RegisterPhone>().Changes[0]);

        var invite = proxy.LastRequest(SipMethod.Invite).Request;
        Assert.Equal("<sip:in@127.0.0.5:5070;lr>", Assert.Single(invite.Headers.GetAll(HeaderId.Route)));
        Assert.Equal("10.9.9.9", invite.RequestUri.Host);

        static SipRequest Registration(Phone proxy, int cseq)
        {
            var request = proxy.NewRequest(SipMethod.Register, "sip:demo");
            request.Headers.Set(HeaderId.To, "<sip:alice@demo>");
            request.Headers.Set(HeaderId.CSeq, $"{cseq} REGISTER");
            request.Headers.Set(HeaderId.Contact, "<sip:alice@10.9.9.9:5070>");
            request.Headers.Add(HeaderId.Path, "<sip:in@127.0.0.5:5070;lr>");
            return request;
        }
    }

    [Fact]
    public async Task A_token_leads_to_its_own_phone_and_nowhere_else()
    {
        await using var rig = await ClusterRig.StartAsync();
        var alice = rig.NewPhone("alice", "127.0.0.3:5070");
        var binding = rig.Register(alice);
        var victim = rig.NewPhone("victim", "127.0.0.6:5070");
        var stranger = rig.NewPhone("stranger", "127.0.0.7:5070");

        // The right token at the right place, with a Request-URI of the stranger's choice.
        rig.Do(() => stranger.Send(Routed(stranger, binding.Edge!), $"sip:{ClusterRig.SecondInside}"));
        Assert.Empty(victim.Requests);
        Assert.Equal(1, alice.CountOf(SipMethod.Options));

        int before = rig.Wire.Count;
        rig.Do(() => stranger.Send(Routed(stranger, binding.Edge!.Replace(":5080", ":5060", StringComparison.Ordinal).Replace("127.0.1.9", "127.0.0.9", StringComparison.Ordinal)), $"sip:{ClusterRig.Second}"));
        Assert.Equal(403, stranger.LastResponse.StatusCode);
        string edge = binding.Edge!;
        char changed = edge[6] == 'A' ? 'B' : 'A';
        rig.Do(() => stranger.Send(Routed(stranger, $"{edge[..6]}{changed}{edge[7..]}"), $"sip:{ClusterRig.SecondInside}"));
        rig.Do(() => stranger.Send(Routed(stranger, edge), $"sip:{ClusterRig.FirstInside}"));
        Assert.DoesNotContain(rig.Wire.Skip(before), static line => line.Contains("> 127.0.0.6", StringComparison.Ordinal) || line.Contains("> 127.0.0.3", StringComparison.Ordinal));

        static SipRequest Routed(Phone stranger, string route)
        {
            var request = stranger.NewRequest(SipMethod.Options, "sip:victim@127.0.0.6:5070");
            request.Headers.Set(HeaderId.CallId, $"{stranger.Responses.Count}");
            request.Headers.Add(HeaderId.Route, $"<{route}>");
            return request;
        }
    }

    [Theory]
    [InlineData("REGISTER")]
    [InlineData("INVITE")]
    [InlineData("OPTIONS")]
    public async Task A_dialogs_token_begins_nothing(string method)
    {
        await using var rig = await ClusterRig.StartAsync();
        var alice = rig.NewPhone("alice", "127.0.0.3:5070");
        rig.Ring(rig.Register(alice));
        var routes = alice.LastRequest(SipMethod.Invite).Request.Headers.GetAll(HeaderId.RecordRoute).ToArray();
        Assert.Equal(2, routes.Length);

        foreach (string route in routes)
        {
            var request = alice.NewRequest(method, "sip:1000@127.0.0.1:5060");
            request.Headers.Add(HeaderId.Route, route);
            rig.Do(() => alice.Send(request, $"sip:{ClusterRig.Second}"));
            Assert.Equal(403, alice.LastResponse.StatusCode);
        }
    }

    [Fact]
    public async Task A_response_that_nobody_asked_for_is_passed_on_to_nobody()
    {
        await using var rig = await ClusterRig.StartAsync();
        var alice = rig.NewPhone("alice", "127.0.0.3:5070");
        rig.Ring(rig.Register(alice));
        var invite = alice.LastRequest(SipMethod.Invite).Request;
        int before = rig.Wire.Count;

        var forged = SipResponse.For(invite, 486, "x");
        forged.Headers.Remove(HeaderId.Via);
        forged.Headers.Add(HeaderId.Via, invite.Headers[HeaderId.Via]!);
        forged.Headers.Add(HeaderId.Via, "SIP/2.0/UDP 127.0.0.6:5070;branch=z9hG4bKx");
        rig.Do(() => alice.Transport.Send(alice.Transport.GetFlow(ClusterRig.Second), SipWriter.ToArray(forged)));

        Assert.Equal(before + 1, rig.Wire.Count);
    }

    [Fact]
    public async Task The_challenge_of_another_gateway_is_stale_and_not_a_wrong_password()
    {
        await using var rig = await ClusterRig.StartAsync();
        var alice = rig.NewPhone("alice", "127.0.0.3:5070");

        rig.AskToRegister(alice, challengedBy: ClusterRig.First);

        Assert.Equal(401, alice.LastResponse.StatusCode);
        Assert.Contains("stale=true", alice.LastResponse.Headers[HeaderId.WwwAuthenticate]!, StringComparison.OrdinalIgnoreCase);
    }

    private static void AssertNothingIsLeft(ClusterRig rig)
    {
        rig.Do(() => rig.Host.Emit(new EndCaller(rig.CallId, 480, "")));
        rig.Do(() => rig.Host.Emit(new ReleaseCall(rig.CallId)));
        rig.Pass(TimeSpan.FromMinutes(5));
        foreach (var gateway in new[] { rig.Gateway, rig.SecondGateway })
        {
            var snapshot = gateway.Snapshot();
            Assert.Equal((0, 0), (snapshot.CallsLive, snapshot.DialogsLive));
            Assert.Equal(0, snapshot.Sip[SipCounter.InviteClientLive] + snapshot.Sip[SipCounter.InviteServerLive]);
            Assert.Equal(0, snapshot.Sip[SipCounter.NonInviteClientLive] + snapshot.Sip[SipCounter.NonInviteServerLive]);
        }
    }
}
