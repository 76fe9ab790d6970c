using Routing.Sip.Messages;
using Routing.Sip.Tests.Stack;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;
using Xunit;

namespace Routing.Sip.Tests.Transactions;

public sealed class ClientTransactionTests
{
    private readonly StackHarness _sip = new();
    private readonly RecordingClient _client = new();

    [Fact]
    public void Unanswered_invite_is_sent_seven_times_doubling_from_T1_and_fails_after_64_T1()
    {
        SipClientTransaction transaction = _sip.Send(_sip.NewRequest(SipMethod.Invite), _client);

        _sip.Advance(31_999);
        Assert.Equal(["INVITE@0", "INVITE@500", "INVITE@1500", "INVITE@3500", "INVITE@7500", "INVITE@15500", "INVITE@31500"], _sip.Peer.Log);
        Assert.Empty(_client.Failures);

        _sip.Advance(1);
        Assert.Equal([SipTransactionFailure.Timeout], _client.Failures);
        Assert.True(transaction.IsTerminated);
        Assert.Equal(6, _sip.Stack.Counters[SipCounter.RequestRetransmitted]);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void Unanswered_non_invite_is_sent_eleven_times_up_to_T2_apart()
    {
        _sip.Send(_sip.NewRequest(SipMethod.Options), _client);

        _sip.Advance(32_000);

        Assert.Equal(
            ["OPTIONS@0", "OPTIONS@500", "OPTIONS@1500", "OPTIONS@3500", "OPTIONS@7500", "OPTIONS@11500", "OPTIONS@15500", "OPTIONS@19500", "OPTIONS@23500", "OPTIONS@27500", "OPTIONS@31500"],
            _sip.Peer.Log);
        Assert.Equal([SipTransactionFailure.Timeout], _client.Failures);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void Non_invite_goes_on_at_T2_after_a_provisional_response()
    {
        _sip.Send(_sip.NewRequest(SipMethod.Options), _client);
        _sip.Advance(600);
        _sip.PeerAnswers(100);

        _sip.Advance(9_000);

        // Timer E was running to 1,500; from then on T2.
        Assert.Equal(["OPTIONS@0", "OPTIONS@500", "OPTIONS@1500", "OPTIONS@5500", "OPTIONS@9500"], _sip.Peer.Log);
        _sip.PeerAnswers(200);
        _sip.Advance(30_000);
        Assert.Equal([100, 200], _client.Codes);
        Assert.Empty(_client.Failures);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void Repeated_final_responses_reach_the_user_once_and_timer_K_ends_the_transaction()
    {
        SipClientTransaction transaction = _sip.Send(_sip.NewRequest(SipMethod.Options), _client);
        _sip.PeerAnswers(200);
        _sip.PeerAnswers(200);
        Assert.Equal([200], _client.Codes);

        _sip.Advance(4_999);
        Assert.False(transaction.IsTerminated);
        _sip.Advance(1);
        Assert.True(transaction.IsTerminated);

        _sip.PeerAnswers(200);
        Assert.Single(_sip.User.StrayResponses);
        _sip.AssertNothingLeaks();
    }

    [Theory]
    [InlineData(302)]
    [InlineData(486)]
    [InlineData(503)]
    [InlineData(603)]
    public void Failure_of_an_invite_is_acknowledged_each_time_it_comes_until_timer_D(int status)
    {
        SipClientTransaction transaction = _sip.Send(_sip.NewRequest(SipMethod.Invite), _client);
        SipRequest invite = _sip.Peer.LastRequest;
        _sip.PeerAnswers(status, invite);
        _sip.PeerAnswers(status, invite);

        Assert.Equal(["INVITE@0", "ACK@0", "ACK@0"], _sip.Peer.Log);
        SipRequest ack = _sip.Peer.LastRequest;
        Assert.Equal(invite.Via.ToString(), ack.Via.ToString());
        Assert.Equal(invite.CallId, ack.CallId);
        Assert.Equal("p-tag", ack.To.Tag);
        Assert.Equal(new CSeq(1, SipMethod.Ack), ack.CSeq);
        Assert.Equal([status], _client.Codes);

        _sip.Advance(31_999);
        Assert.False(transaction.IsTerminated);
        _sip.Advance(1);
        Assert.True(transaction.IsTerminated);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void Every_2xx_reaches_the_user_for_64_T1_and_none_is_acknowledged_by_the_transaction()
    {
        SipClientTransaction transaction = _sip.Send(_sip.NewRequest(SipMethod.Invite), _client);
        SipRequest invite = _sip.Peer.LastRequest;
        _sip.PeerAnswers(180, invite);
        _sip.PeerAnswers(200, invite);
        _sip.Advance(500);
        _sip.PeerAnswers(200, invite);

        Assert.Equal([180, 200, 200], _client.Codes);
        Assert.Equal(["INVITE@0"], _sip.Peer.Log);
        _sip.Advance(31_499);
        Assert.False(transaction.IsTerminated);
        _sip.Advance(1);
        Assert.True(transaction.IsTerminated);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void A_released_invite_tells_its_successor_of_repeats_and_keeps_no_message()
    {
        SipClientTransaction transaction = _sip.Send(_sip.NewRequest(SipMethod.Invite), _client);
        SipRequest invite = _sip.Peer.LastRequest;
        RecordingClient successor = new();
        _sip.PeerAnswers(200, invite);
        transaction.Release(successor, "state");
        _sip.PeerAnswers(200, invite);

        Assert.Equal([200], _client.Codes);
        Assert.Equal([200], successor.Codes);
        Assert.Equal("state", transaction.UserState);
        Assert.Throws<InvalidOperationException>(() => transaction.Request);
        _sip.Advance(32_000);
        _sip.AssertNothingLeaks();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_released_invite_is_cancelled_and_its_failure_acknowledged_as_ever(bool isReleasedBefore)
    {
        InviteClientTransaction transaction = (InviteClientTransaction)_sip.Send(_sip.NewRequest(SipMethod.Invite), _client);
        SipRequest invite = _sip.Peer.LastRequest;
        if (isReleasedBefore)
        {
            transaction.Release();
        }

        _sip.PeerAnswers(180, invite);
        transaction.Cancel();
        _sip.Run();
        _sip.PeerAnswers(487, invite);
        transaction.Release();
        _sip.PeerAnswers(487, invite);

        Assert.Equal(["INVITE@0", "CANCEL@0", "ACK@0", "ACK@0"], _sip.Peer.Log);
        _sip.Advance(64_000);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void Provisional_response_stops_the_repeats_and_each_one_extends_the_wait()
    {
        _sip.Send(_sip.NewRequest(SipMethod.Invite), _client);
        _sip.PeerAnswers(100);
        _sip.Advance(299_000);
        _sip.PeerAnswers(180);
        _sip.Advance(299_999);
        Assert.Empty(_client.Failures);
        Assert.Equal(["INVITE@0"], _sip.Peer.Log);

        _sip.Advance(1);
        Assert.Equal([SipTransactionFailure.Timeout], _client.Failures);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void Reliable_transport_sends_once_and_still_times_out()
    {
        StackHarness sip = new(SipTransportKind.Tcp);
        sip.Send(sip.NewRequest(SipMethod.Invite), _client);
        sip.Send(sip.NewRequest(SipMethod.Options), _client);

        sip.Advance(32_000);

        Assert.Equal(["INVITE@0", "OPTIONS@0"], sip.Peer.Log);
        Assert.Equal([SipTransactionFailure.Timeout, SipTransactionFailure.Timeout], _client.Failures);
        sip.AssertNothingLeaks();
    }

    [Fact]
    public void Reliable_transport_ends_a_transaction_with_its_final_response()
    {
        StackHarness sip = new(SipTransportKind.Tcp);
        SipClientTransaction options = sip.Send(sip.NewRequest(SipMethod.Options), _client);
        sip.PeerAnswers(200);
        SipClientTransaction invite = sip.Send(sip.NewRequest(SipMethod.Invite), _client);
        sip.PeerAnswers(486);

        Assert.True(options.IsTerminated);
        Assert.True(invite.IsTerminated);
        Assert.Equal(["OPTIONS@0", "INVITE@0", "ACK@0"], sip.Peer.Log);
        sip.AssertNothingLeaks();
    }

    [Fact]
    public void Cancel_waits_for_a_provisional_response_and_goes_out_with_the_branch_of_the_invite()
    {
        var invite = (InviteClientTransaction)_sip.Send(_sip.NewRequest(SipMethod.Invite), _client);
        SipRequest sent = _sip.Peer.LastRequest;
        Assert.True(invite.Cancel("SIP;cause=200;text=\"Call completed elsewhere\""));
        Assert.False(invite.Cancel());
        _sip.Run();
        Assert.Equal(["INVITE@0"], _sip.Peer.Log);

        _sip.Advance(100);
        _sip.PeerAnswers(180, sent);
        Assert.Equal(["INVITE@0", "CANCEL@100"], _sip.Peer.Log);
        SipRequest cancel = _sip.Peer.LastRequest;
        Assert.Equal(sent.Via.ToString(), cancel.Via.ToString());
        Assert.Equal(new CSeq(1, SipMethod.Cancel), cancel.CSeq);
        Assert.StartsWith("SIP;cause=200", cancel.Headers["Reason"], StringComparison.Ordinal);

        _sip.PeerAnswers(200, cancel);
        _sip.PeerAnswers(487, sent);
        Assert.Equal([180, 487], _client.Codes);
        _sip.Advance(40_000);
        _sip.AssertNothingLeaks();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    [InlineData(3_499)]
    public void A_cancelled_invite_that_nobody_answers_is_repeated_three_times_and_not_for_as_long_as_a_phone_may_be_away(int cancelledAtMs)
    {
        var invite = (InviteClientTransaction)_sip.Send(_sip.NewRequest(SipMethod.Invite), _client);
        SipRequest sent = _sip.Peer.LastRequest;
        _sip.Advance(cancelledAtMs);
        invite.Cancel();
        _sip.Advance(31_000 - cancelledAtMs);
        Assert.Equal(["INVITE@0", "INVITE@500", "INVITE@1500", "INVITE@3500"], _sip.Peer.Log);

        // The phone had it after all.
        _sip.PeerAnswers(180, sent);
        Assert.Equal("CANCEL@31000", _sip.Peer.Log[^1]);
        _sip.PeerAnswers(200, _sip.Peer.LastRequest);
        _sip.PeerAnswers(487, sent);
        _sip.Advance(40_000);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void An_invite_that_is_cancelled_late_is_repeated_once_for_a_phone_whose_response_was_lost_and_times_out_as_ever()
    {
        var invite = (InviteClientTransaction)_sip.Send(_sip.NewRequest(SipMethod.Invite), _client);
        _sip.Advance(4_000);
        invite.Cancel();
        _sip.Advance(27_999);
        Assert.Equal(["INVITE@0", "INVITE@500", "INVITE@1500", "INVITE@3500", "INVITE@7500"], _sip.Peer.Log);
        Assert.Empty(_client.Failures);
        _sip.Advance(1);
        Assert.Equal([SipTransactionFailure.Timeout], _client.Failures);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void A_cancelled_invite_without_final_response_is_given_up_after_64_T1_though_the_phone_still_rings()
    {
        var invite = (InviteClientTransaction)_sip.Send(_sip.NewRequest(SipMethod.Invite), _client);
        SipRequest sent = _sip.Peer.LastRequest;
        _sip.PeerAnswers(180, sent);
        invite.Cancel();
        _sip.Run();
        _sip.PeerAnswers(200, _sip.Peer.LastRequest);
        _sip.Advance(20_000);
        _sip.PeerAnswers(180, sent);

        _sip.Advance(11_999);
        Assert.Empty(_client.Failures);
        _sip.Advance(1);
        Assert.Equal([SipTransactionFailure.Timeout], _client.Failures);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void A_derived_branch_makes_a_repeat_after_a_crash_the_same_request()
    {
        const string Branch = "z9hG4bKderived-1";
        _sip.Send(_sip.NewRequest(SipMethod.Invite), _client, Branch);
        Assert.Equal(Branch, _sip.Peer.LastRequest.Via.Branch);

        RecordingClient second = new();
        _sip.Send(_sip.NewRequest(SipMethod.Invite), second, Branch);
        Assert.Equal([SipTransactionFailure.BranchInUse], second.Failures);
        Assert.Empty(_client.Failures);
        Assert.Throws<ArgumentException>(() => _sip.Stack.SendRequest(_sip.NewRequest(SipMethod.Invite), _sip.ToPeer, second, "no-cookie"));
    }

    [Fact]
    public void A_response_is_matched_by_branch_and_method()
    {
        _sip.Send(_sip.NewRequest(SipMethod.Invite), _client, "z9hG4bKx");
        SipRequest invite = _sip.Peer.LastRequest;
        SipResponse otherMethod = SipResponse.For(invite, 200, "t");
        otherMethod.Headers.Set(HeaderId.CSeq, "1 BYE");
        SipResponse otherBranch = SipResponse.For(invite, 200, "t");
        otherBranch.Headers.SetFirst(HeaderId.Via, otherBranch.Via.With("branch", "z9hG4bKy").ToString());

        _sip.FromPeer(otherMethod);
        _sip.FromPeer(otherBranch);

        Assert.Empty(_client.Responses);
        Assert.Equal(2, _sip.User.StrayResponses.Count);
        Assert.Equal(2, _sip.Stack.Counters[SipCounter.ResponseStray]);
    }

    [Fact]
    public void A_broken_connection_fails_requests_that_wait_for_their_first_response()
    {
        StackHarness sip = new(SipTransportKind.Tcp);
        SipClientTransaction waiting = sip.Send(sip.NewRequest(SipMethod.Options), _client);

        sip.StackTransport.Break(waiting.Flow!);
        sip.Run();

        Assert.Equal([SipTransactionFailure.TransportError], _client.Failures);
        Assert.Equal(SipFlowCloseReason.IoError, Assert.Single(sip.User.ClosedFlows).Reason);
        sip.AssertNothingLeaks();
    }

    [Fact]
    public void Nothing_listening_at_the_other_end_of_a_connection_is_a_transport_error()
    {
        StackHarness sip = new(SipTransportKind.Tcp);
        sip.Peer.Transport.Dispose();

        sip.Send(sip.NewRequest(SipMethod.Invite), _client);

        Assert.Equal([SipTransactionFailure.TransportError], _client.Failures);
        sip.AssertNothingLeaks();
    }
}
