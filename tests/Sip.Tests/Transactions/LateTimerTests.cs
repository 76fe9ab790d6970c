using Routing.Sip.Loop;
using Routing.Sip.Messages;
using Routing.Sip.Tests.Loop;
using Routing.Sip.Tests.Stack;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;
using Xunit;

namespace Routing.Sip.Tests.Transactions;

/// <summary>A process that was stopped finds its timers due before it has read what came meanwhile.</summary>
public sealed class LateTimerTests
{
    private readonly StackHarness _sip = new();
    private readonly RecordingClient _client = new();

    [Theory]
    [InlineData(SipMethod.Invite, SipTransportKind.Udp)]
    [InlineData(SipMethod.Invite, SipTransportKind.Tcp)]
    [InlineData(SipMethod.Options, SipTransportKind.Udp)]
    [InlineData(SipMethod.Options, SipTransportKind.Tcp)]
    public void A_final_response_that_lies_unread_for_longer_than_64_T1_comes_before_the_time_out(string method, SipTransportKind kind)
    {
        StackHarness sip = new(kind);
        sip.Send(sip.NewRequest(method), _client);
        sip.Peer.Send(sip.PeerFlow, SipResponse.For(sip.Peer.LastRequest, 486, "p-tag"));
        sip.Freeze(40_000);

        sip.Advance(60_000);
        Assert.Equal([486], _client.Codes);
        Assert.Empty(_client.Failures);
        sip.AssertNothingLeaks();
    }

    [Fact]
    public void A_final_response_that_lies_unread_for_longer_than_an_INVITE_may_proceed_comes_before_the_time_out()
    {
        _sip.Send(_sip.NewRequest(SipMethod.Invite), _client);
        _sip.PeerAnswers(180);
        _sip.Peer.Send(_sip.PeerFlow, SipResponse.For(_sip.Peer.LastRequest, 200, "p-tag"));
        _sip.Freeze(400_000);

        Assert.Equal([180, 200], _client.Codes);
        Assert.Empty(_client.Failures);
    }

    [Theory]
    [InlineData(SipMethod.Invite)]
    [InlineData(SipMethod.Options)]
    public void Without_one_the_request_fails_T2_later_and_is_not_repeated_meanwhile(string method)
    {
        _sip.Send(_sip.NewRequest(method), _client);
        _sip.Freeze(40_000);
        int sent = _sip.Peer.Received.Count;

        _sip.Advance(3_999);
        Assert.Empty(_client.Failures);
        _sip.Advance(1);
        Assert.Equal([SipTransactionFailure.Timeout], _client.Failures);
        Assert.Equal(sent, _sip.Peer.Received.Count);
        _sip.AssertNothingLeaks();
    }

    [Theory]
    [InlineData(SipMethod.Invite)]
    [InlineData(SipMethod.Options)]
    public void A_loop_that_is_always_late_gives_up_the_second_time(string method)
    {
        _sip.Send(_sip.NewRequest(method), _client);
        _sip.Freeze(40_000);
        Assert.Empty(_client.Failures);

        _sip.Freeze(40_000);
        Assert.Equal([SipTransactionFailure.Timeout], _client.Failures);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void An_INVITE_that_begins_something_is_repeated_no_sooner_than_T2_after_the_process_went_on()
    {
        _sip.Send(_sip.NewRequest(SipMethod.Invite), _client);
        _sip.Advance(500);
        _sip.Freeze(12_000);
        _sip.Advance(12_000);

        Assert.Equal(["INVITE@0", "INVITE@500", "INVITE@16500", "INVITE@18500", "INVITE@22500"], _sip.Peer.Log);
    }

    [Fact]
    public void An_INVITE_that_is_cancelled_meanwhile_finds_a_phone_that_rings_and_no_more_than_that()
    {
        var transaction = (InviteClientTransaction)_sip.Send(_sip.NewRequest(SipMethod.Invite), _client);
        _sip.Advance(3_500);
        _sip.Freeze(12_000);
        transaction.Cancel();
        _sip.Advance(60_000);

        Assert.Equal(["INVITE@0", "INVITE@500", "INVITE@1500", "INVITE@3500", "INVITE@19500"], _sip.Peer.Log);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void An_INVITE_inside_a_dialog_is_repeated_at_once_like_any_other_request()
    {
        SipRequest invite = _sip.NewRequest(SipMethod.Invite);
        invite.Headers.Set(HeaderId.To, $"{invite.Headers[HeaderId.To]};tag=p-tag");
        _sip.Send(invite, _client);
        _sip.Send(_sip.NewRequest(SipMethod.Options), _client);
        _sip.Freeze(12_000);

        Assert.Equal(["INVITE@0", "OPTIONS@0", "INVITE@12000", "OPTIONS@12000"], _sip.Peer.Log);
    }

    [Fact]
    public void An_ACK_that_lies_unread_for_longer_than_64_T1_ends_the_repeats_of_a_refusal()
    {
        SipRequest invite = _sip.NewPeerRequest(SipMethod.Invite, "z9hG4bKlate");
        _sip.FromPeer(invite);
        _sip.User.Requests[0].Respond(SipResponse.For(invite, 486, "t"));
        _sip.Run();
        _sip.Peer.Send(_sip.PeerFlow, _sip.NewPeerRequest(SipMethod.Ack, "z9hG4bKlate", invite.CallId));
        _sip.Freeze(40_000);

        _sip.Advance(60_000);
        Assert.Empty(_sip.User.Failures);
        Assert.Empty(_sip.User.Acks);
        _sip.AssertNothingLeaks();
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(3_999, false)]
    [InlineData(4_000, true)]
    public void A_2xx_waits_T2_longer_for_an_ACK_that_may_lie_unread(int milliseconds, bool isGivenUp)
    {
        int given = 0;
        SipRequest invite = _sip.NewPeerRequest(SipMethod.Invite, "z9hG4bKlate");
        _sip.FromPeer(invite);
        SipResponse success = SipResponse.For(invite, 200, "t");
        var running = _sip.Stack.RetransmitSuccess(success, _sip.User.Requests[0].Flow, _ => given++);
        _sip.Freeze(40_000);
        int sent = _sip.Peer.Received.Count;
        _sip.Advance(milliseconds);

        Assert.Equal((isGivenUp ? 1 : 0, !isGivenUp, sent), (given, running.IsRunning, _sip.Peer.Received.Count));
        running.Stop();
        _sip.Advance(60_000);
        Assert.Equal(isGivenUp ? 1 : 0, given);
        Assert.Equal(0, _sip.Stack.Counters[SipCounter.SuccessRetransmissionLive]);
    }

    [Theory]
    [InlineData(1_000, false)]
    [InlineData(1_001, true)]
    public void A_timer_is_postponed_when_it_is_more_than_a_second_late_once_for_each_start(int lateMs, bool isPostponed)
    {
        LoopDriver driver = new();
        List<bool> postponed = [];
        SipTimer? timer = null;
        timer = driver.Loop.CreateTimer(_ => postponed.Add(timer!.TryPostpone(TimeSpan.FromSeconds(4))), null);
        for (int round = 0; round < 2; round++)
        {
            postponed.Clear();
            timer.Start(TimeSpan.FromSeconds(1));
            driver.Time.Advance(TimeSpan.FromMilliseconds(1_000 + lateMs));
            driver.Loop.RunUntilIdle();
            Assert.Equal(isPostponed, timer.IsRunning);
            driver.Time.Advance(TimeSpan.FromMinutes(1));
            driver.Loop.RunUntilIdle();

            Assert.Equal(isPostponed ? [true, false] : [false], postponed);
            Assert.False(timer.IsRunning);
        }
    }

    [Fact]
    public void A_loop_is_late_from_when_a_timer_should_have_fired_a_second_ago_until_a_while_after_it_did()
    {
        LoopDriver driver = new();
        TimeSpan within = TimeSpan.FromSeconds(4);
        driver.Loop.CreateTimer(static _ => { }, null).Start(TimeSpan.FromSeconds(1));
        driver.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(driver.Loop.WasLate(within));

        driver.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(driver.Loop.WasLate(within));
        driver.Loop.RunUntilIdle();
        driver.Time.Advance(within - TimeSpan.FromMilliseconds(1));
        Assert.True(driver.Loop.WasLate(within));
        driver.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(driver.Loop.WasLate(within));
    }
}
