using System.Text;
using Routing.Sip.Messages;
using Routing.Sip.Tests.Stack;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;
using Xunit;

namespace Routing.Sip.Tests.Transactions;

public sealed class ServerTransactionTests
{
    private readonly StackHarness _sip = new();

    [Fact]
    public void Until_the_user_answers_an_invite_and_its_repeats_meet_silence()
    {
        SipRequest invite = _sip.NewPeerRequest(SipMethod.Invite, "z9hG4bKs1");
        _sip.FromPeer(invite);
        _sip.Advance(500);
        _sip.FromPeer(invite);
        _sip.Advance(10_000);
        _sip.FromPeer(invite);

        Assert.Empty(_sip.Peer.Log);
        Assert.Single(_sip.User.Requests);
        Assert.Equal(2, _sip.Stack.Counters[SipCounter.RequestRepeated]);

        Respond(100);
        _sip.FromPeer(invite);
        Assert.Equal(["100@10500", "100@10500"], _sip.Peer.Log);
    }

    [Fact]
    public void Failure_of_an_invite_is_repeated_from_T1_up_to_T2_until_its_ack()
    {
        SipRequest invite = _sip.NewPeerRequest(SipMethod.Invite, "z9hG4bKs2");
        _sip.FromPeer(invite);
        Respond(486);
        _sip.Advance(8_000);
        Assert.Equal(["486@0", "486@500", "486@1500", "486@3500", "486@7500"], _sip.Peer.Log);

        _sip.FromPeer(invite.CreateAckFor(_sip.Peer.LastResponse));
        InviteServerTransaction server = Server<InviteServerTransaction>();
        Assert.Equal(InviteServerState.Confirmed, server.State);
        _sip.FromPeer(invite.CreateAckFor(_sip.Peer.LastResponse));
        Assert.Empty(_sip.User.Acks);

        _sip.Advance(4_999);
        Assert.False(server.IsTerminated);
        _sip.Advance(1);
        Assert.True(server.IsTerminated);
        Assert.Equal(5, _sip.Peer.Received.Count);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void A_refusal_is_repeated_like_any_failure_and_keeps_of_the_request_only_what_that_takes()
    {
        SipRequest invite = _sip.NewPeerRequest(SipMethod.Invite, "z9hG4bKs2b");
        invite.SetBody("application/sdp", new byte[30_000]);
        invite.Headers.Set(HeaderId.UserAgent, new string('x', 5_000));
        _sip.FromPeer(invite);
        InviteServerTransaction server = Server<InviteServerTransaction>();

        server.Conclude(SipResponse.For(server.Request, 404, "t"));
        _sip.FromPeer(invite);
        _sip.Advance(500);

        Assert.Equal(["404@0", "404@0", "404@500"], _sip.Peer.Log);
        Assert.Throws<InvalidOperationException>(() => server.Request);
        Assert.Null(server.LastResponse);
        _sip.FromPeer(invite.CreateAckFor(_sip.Peer.LastResponse));
        Assert.Equal(InviteServerState.Confirmed, server.State);
        _sip.Advance(5_000);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void An_answer_that_is_forgotten_is_not_repeated_by_time_and_a_repeat_gets_the_same_until_64_T1()
    {
        SipRequest invite = _sip.NewPeerRequest(SipMethod.Invite, "z9hG4bKs2c");
        _sip.FromPeer(invite);
        InviteServerTransaction server = Server<InviteServerTransaction>();

        server.RespondAndForget(SipResponse.For(server.Request, 401, "first"));

        _sip.Advance(10_000);
        _sip.AssertNothingLeaks();
        _sip.FromPeer(invite);
        Assert.Equal(["401@0", "401@10000"], _sip.Peer.Log);
        Assert.Equal("first", _sip.Peer.LastResponse.To.Tag);
        Assert.Single(_sip.User.Requests);
        _sip.Advance(22_000);
        _sip.FromPeer(invite);
        Assert.Equal(2, _sip.User.Requests.Count);
    }

    [Fact]
    public void Of_answers_that_are_forgotten_the_last_ones_are_known_however_many_there_are()
    {
        int limit = new SipTransactionOptions().ForgottenLimitAnswers;
        for (int i = 0; i <= limit; i++)
        {
            _sip.FromPeer(_sip.NewPeerRequest(SipMethod.Register, $"z9hG4bKmany{i}"));
            SipServerTransaction server = _sip.User.Requests[^1];
            server.RespondAndForget(SipResponse.For(server.Request, 401, $"t{i}"));
        }

        _sip.FromPeer(_sip.NewPeerRequest(SipMethod.Register, "z9hG4bKmany1"));
        Assert.Equal((limit + 1, "t1"), (_sip.User.Requests.Count, _sip.Peer.LastResponse.To.Tag));
        _sip.FromPeer(_sip.NewPeerRequest(SipMethod.Register, "z9hG4bKmany0"));
        Assert.Equal(limit + 2, _sip.User.Requests.Count);
    }

    [Fact]
    public void Failure_without_ack_is_reported_after_64_T1()
    {
        _sip.FromPeer(_sip.NewPeerRequest(SipMethod.Invite, "z9hG4bKs3"));
        Respond(603);

        _sip.Advance(31_999);
        Assert.Empty(_sip.User.Failures);
        _sip.Advance(1);

        Assert.Equal(SipTransactionFailure.Timeout, Assert.Single(_sip.User.Failures).Failure);
        Assert.Equal(
            ["603@0", "603@500", "603@1500", "603@3500", "603@7500", "603@11500", "603@15500", "603@19500", "603@23500", "603@27500", "603@31500"], _sip.Peer.Log);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void After_a_2xx_repeats_of_the_invite_are_absorbed_and_the_user_may_send_it_again()
    {
        SipRequest invite = _sip.NewPeerRequest(SipMethod.Invite, "z9hG4bKs4");
        _sip.FromPeer(invite);
        Respond(200);
        _sip.Advance(500);
        _sip.FromPeer(invite);
        Assert.Equal(["200@0"], _sip.Peer.Log);
        Respond(200);
        Assert.Equal(["200@0", "200@500"], _sip.Peer.Log);
        Assert.Equal(SipSendResult.NotAllowed, Server<InviteServerTransaction>().Respond(SipResponse.For(invite, 486, "t")));

        SipRequest ack = _sip.NewPeerRequest(SipMethod.Ack, "z9hG4bKother", invite.CallId);
        _sip.FromPeer(ack);
        Assert.Single(_sip.User.Acks);

        _sip.Advance(31_499);
        Assert.False(Server<InviteServerTransaction>().IsTerminated);
        _sip.Advance(1);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void A_2xx_is_retransmitted_by_the_helper_until_the_ack_or_for_64_T1()
    {
        List<string> timedOut = [];
        _sip.FromPeer(_sip.NewPeerRequest(SipMethod.Invite, "z9hG4bKs5"));
        Respond(200);
        InviteServerTransaction server = Server<InviteServerTransaction>();
        var running = _sip.Stack.RetransmitSuccess(server.LastResponse!, server.Flow, _ => timedOut.Add("never"));
        _sip.Advance(4_000);
        Assert.Equal(["200@0", "200@500", "200@1500", "200@3500"], _sip.Peer.Log);
        running.Stop();
        running.Stop();
        _sip.Advance(60_000);
        Assert.Equal(4, _sip.Peer.Received.Count);
        Assert.Empty(timedOut);
        _sip.AssertNothingLeaks();

        _sip.Stack.RetransmitSuccess(server.LastResponse!, server.Flow, _ => timedOut.Add($"{_sip.Driver.Elapsed.TotalMilliseconds - 64_000}"));
        _sip.Advance(40_000);
        Assert.Equal(["32000"], timedOut);
        Assert.Equal(14, _sip.Peer.Received.Count);
        Assert.Equal(1, _sip.Stack.Counters[SipCounter.SuccessNotAcknowledged]);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void Final_response_answers_repeats_of_a_non_invite_for_64_T1()
    {
        SipRequest bye = _sip.NewPeerRequest(SipMethod.Bye, "z9hG4bKs6");
        _sip.FromPeer(bye);
        _sip.FromPeer(bye);
        Assert.Empty(_sip.Peer.Log);
        Respond(200);
        _sip.Advance(500);
        _sip.FromPeer(bye);
        Assert.Equal(["200@0", "200@500"], _sip.Peer.Log);
        Assert.Single(_sip.User.Requests);

        _sip.Advance(31_499);
        Assert.False(Server<NonInviteServerTransaction>().IsTerminated);
        _sip.Advance(1);
        _sip.AssertNothingLeaks();
        _sip.FromPeer(bye);
        Assert.Equal(2, _sip.User.Requests.Count);
    }

    [Fact]
    public void A_non_invite_that_the_user_never_answers_ends_in_silence()
    {
        _sip.FromPeer(_sip.NewPeerRequest(SipMethod.Info, "z9hG4bKs7"));
        Respond(100);

        _sip.Advance(32_000);

        Assert.Equal(["100@0"], _sip.Peer.Log);
        Assert.Equal(SipTransactionFailure.Timeout, Assert.Single(_sip.User.Failures).Failure);
        _sip.AssertNothingLeaks();
    }

    [Theory]
    [InlineData(408)]
    [InlineData(180)]
    [InlineData(183)]
    public void What_RFC_4320_forbids_cannot_be_sent_to_a_non_invite(int status)
    {
        _sip.FromPeer(_sip.NewPeerRequest(SipMethod.Options, "z9hG4bKs8"));

        Assert.Throws<ArgumentException>(() => Respond(status));
        Assert.Empty(_sip.Peer.Log);
    }

    [Fact]
    public void Reliable_transport_repeats_nothing_but_waits_for_the_ack()
    {
        StackHarness sip = new(SipTransportKind.Tcp);
        SipRequest invite = sip.NewPeerRequest(SipMethod.Invite, "z9hG4bKs9");
        sip.FromPeer(invite);
        sip.User.Requests[0].Respond(SipResponse.For(invite, 404, "t"));
        sip.Advance(20_000);
        Assert.Equal(["404@0"], sip.Peer.Log);
        sip.FromPeer(invite.CreateAckFor(sip.Peer.LastResponse));

        sip.AssertNothingLeaks();
        sip.FromPeer(sip.NewPeerRequest(SipMethod.Options, "z9hG4bKs10"));
        sip.User.Requests[1].Respond(SipResponse.For(sip.User.Requests[1].Request, 200, "t"));
        sip.Run();
        sip.AssertNothingLeaks();
    }

    [Fact]
    public void Cancel_finds_its_invite_and_sends_nothing_by_itself()
    {
        SipRequest invite = _sip.NewPeerRequest(SipMethod.Invite, "z9hG4bKs11");
        _sip.FromPeer(invite);
        _sip.FromPeer(invite.CreateCancel());

        (NonInviteServerTransaction cancel, InviteServerTransaction? matched) = Assert.Single(_sip.User.Cancels);
        Assert.Same(_sip.User.Requests[0], matched);
        Assert.Empty(_sip.Peer.Log);

        cancel.Respond(SipResponse.For(cancel.Request, 200, "t"));
        matched!.Respond(SipResponse.For(matched.Request, 487, "t"));
        _sip.Run();
        Assert.Equal(["200@0", "487@0"], _sip.Peer.Log);
        _sip.FromPeer(invite.CreateAckFor(_sip.Peer.LastResponse));
        _sip.Advance(40_000);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void Cancel_without_an_invite_is_for_the_user_and_matching_minds_branch_and_sent_by()
    {
        SipRequest invite = _sip.NewPeerRequest(SipMethod.Invite, "z9hG4bKs12");
        _sip.FromPeer(invite);
        SipRequest elsewhere = invite.CreateCancel();
        elsewhere.Headers.SetFirst(HeaderId.Via, "SIP/2.0/UDP 10.0.0.9:5070;branch=z9hG4bKs12;rport");
        _sip.FromPeer(elsewhere);
        SipRequest otherBranch = invite.CreateCancel();
        otherBranch.Headers.SetFirst(HeaderId.Via, "SIP/2.0/UDP 10.0.0.2:5070;branch=z9hG4bKs13;rport");
        _sip.FromPeer(otherBranch);

        Assert.Equal([null, null], _sip.User.Cancels.Select(cancel => cancel.Invite));
    }

    [Fact]
    public void Elements_older_than_RFC_3261_are_matched_without_a_branch()
    {
        const string OldVia = "SIP/2.0/UDP 10.0.0.2:5070";
        SipRequest invite = _sip.NewPeerRequest(SipMethod.Invite, "none", "old-call", via: OldVia);
        _sip.FromPeer(invite);
        _sip.FromPeer(invite);
        Assert.Single(_sip.User.Requests);
        _sip.FromPeer(invite.CreateCancel());
        Assert.Same(_sip.User.Requests[0], Assert.Single(_sip.User.Cancels).Invite);

        Respond(487);
        _sip.FromPeer(invite.CreateAckFor(_sip.Peer.LastResponse));
        Assert.Equal(InviteServerState.Confirmed, Server<InviteServerTransaction>().State);
    }

    [Fact]
    public void A_concluded_request_is_answered_again_with_the_very_same_bytes_and_keeps_no_message()
    {
        SipRequest bye = _sip.NewPeerRequest(SipMethod.Bye, "z9hG4bKs20");
        _sip.FromPeer(bye);
        NonInviteServerTransaction server = Server<NonInviteServerTransaction>();
        server.UserState = this;
        SipResponse response = SipResponse.For(server.Request, 200, "t");
        server.Conclude(response);
        string sent = Encoding.UTF8.GetString(SipWriter.ToArray(LastResponse()));

        // What the user does with its message afterwards is its own affair.
        response.Headers.Set(HeaderId.Server, "changed");
        _sip.FromPeer(bye);

        Assert.Equal(["200@0", "200@0"], _sip.Peer.Log);
        Assert.Equal(sent, Encoding.UTF8.GetString(SipWriter.ToArray(_sip.Peer.LastResponse)));
        Assert.Throws<InvalidOperationException>(() => server.Request);
        Assert.Null(server.UserState);
        Assert.Null(server.LastResponse);
        _sip.Advance(32_000);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void A_request_cannot_be_released_before_its_final_response()
    {
        _sip.FromPeer(_sip.NewPeerRequest(SipMethod.Invite, "z9hG4bKs21"));
        Respond(180);
        InviteServerTransaction server = Server<InviteServerTransaction>();
        server.Release();
        Assert.Equal(SipMethod.Invite, server.Request.Method);

        Respond(200);
        server.Release();
        Assert.Throws<InvalidOperationException>(() => server.Request);
        _sip.Advance(32_000);
        _sip.AssertNothingLeaks();
    }

    private T Server<T>()
        where T : SipServerTransaction => (T)_sip.User.Requests[0];

    private SipResponse LastResponse()
    {
        _sip.Run();
        return _sip.Peer.LastResponse;
    }

    private void Respond(int status)
    {
        SipServerTransaction transaction = _sip.User.Requests[^1];
        Assert.Equal(SipSendResult.Sent, transaction.Respond(SipResponse.For(transaction.Request, status, "s-tag")));
        _sip.Run();
    }
}
