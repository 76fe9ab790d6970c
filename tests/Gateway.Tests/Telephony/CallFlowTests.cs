using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Gateway.Telephony;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Routing.Sip.Sdp;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>Whole calls over real messages, transactions and dialogs, from the INVITE to nothing left.</summary>
public sealed class CallFlowTests
{
    [Fact]
    public async Task A_hang_up_reaches_the_domain_however_long_its_store_was_down()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Connect();
        rig.Host.Decides = static _ => new CommandReply(ReplyCode.Unavailable, "The store is down.");
        rig.Do(() => rig.Caller.Ask(SipMethod.Bye));
        rig.Pass(TimeSpan.FromMinutes(10));

        rig.Host.Decides = static _ => CommandReply.Ok;
        int before = rig.Host.Commands.Count;
        rig.Pass(TimeSpan.FromSeconds(10));
        Assert.IsType<CallerLeft>(Assert.Single(rig.Host.Commands.Skip(before)));
        rig.Effect(new EndAgentLeg(rig.CallId, rig.Offer, "Caller left"));
        rig.Do(() => rig.Alice.Respond(SipMethod.Bye, 200));
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_fault_in_one_action_of_a_call_does_not_keep_its_end_from_the_domain()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        rig.Loses = static text => text.StartsWith("INVITE sip:alice", StringComparison.Ordinal) ? throw new InvalidOperationException("A fault.") : false;
        try
        {
            rig.OfferAlice();
        }
        catch (InvalidOperationException)
        {
            // The loop of a test hands faults on.
        }

        rig.Loses = static _ => false;
        rig.Do(() => rig.Caller.Call!.Cancel());
        Assert.Equal(CallerLeaveCause.Cancelled, rig.Host.Last<CallerLeft>().Cause);
    }

    [Fact]
    public async Task A_free_agent_rings_at_its_contact_with_the_callers_name_and_media()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        rig.OfferAlice();

        var invite = rig.Alice.LastRequest(SipMethod.Invite).Request;
        Assert.Equal("caller", invite.From.Uri.User);
        Assert.Equal("sip:alice@127.0.0.3:5070", invite.RequestUri.ToString());
        Assert.True(SessionDescription.TryParse(invite.Body.Span, SdpLimits.Default, out var offer, out _));
        Assert.Equal((40_000, "127.0.0.2"), (offer.Media[0].Port, offer.Connection!.Address));
        Assert.Equal("127.0.0.1", offer.Origin.Address);

        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 180));
        Assert.IsType<OfferRinging>(rig.Host.Commands[^1]);
        rig.Effect(new RingCaller(rig.CallId));
        rig.AliceAnswers();
        Assert.Equal([100, 180, 200], rig.Caller.Statuses);
        Assert.Single(rig.Alice.Acks);
        rig.Do(() => rig.Caller.Ack());

        rig.Do(() => rig.Alice.Ask(SipMethod.Bye));
        Assert.Equal(AgentLegEndCause.HungUp, rig.Host.Last<AgentLegEnded>().Cause);
        Assert.Equal(200, rig.Alice.LastResponse.StatusCode);
        rig.Effect(new EndCaller(rig.CallId, 480, "done"));
        rig.Do(() => rig.Caller.Respond(SipMethod.Bye, 200));
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task The_agents_200_is_acknowledged_only_after_its_commit()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        rig.OfferAlice();
        rig.Host.Holds = static command => command is OfferAnswered;

        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.3", 42_000)));
        Assert.Empty(rig.Alice.Acks);

        rig.Do(rig.Host.Release);
        Assert.Single(rig.Alice.Acks);
    }

    [Fact]
    public async Task An_answer_that_came_too_late_is_acknowledged_and_hung_up()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        rig.OfferAlice();
        rig.Host.Decides = static command => command is OfferAnswered ? new CommandReply(ReplyCode.Gone) : CommandReply.Ok;

        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.3", 42_000)));

        Assert.Single(rig.Alice.Acks);
        Assert.Equal(1, rig.Alice.CountOf(SipMethod.Bye));
    }

    [Fact]
    public async Task A_waiting_caller_hears_hold_media_and_is_then_moved_to_the_agent()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Hold();

        Assert.Equal([100, 200], rig.Caller.Statuses);
        Assert.True(SessionDescription.TryParse(rig.Caller.LastResponse.Body.Span, SdpLimits.Default, out var hold, out _));
        Assert.Equal((1, 1), (rig.Gateway.Snapshot().CallsOnHold, rig.Gateway.Snapshot().Media.StreamsPlaying));
        Assert.IsType<LegChanged>(rig.Host.Commands[^1]);

        rig.OfferAlice();
        rig.AliceAnswers();
        var reinvite = rig.Caller.LastRequest(SipMethod.Invite).Request;
        Assert.True(SessionDescription.TryParse(reinvite.Body.Span, SdpLimits.Default, out var agent, out _));
        Assert.Equal(42_000, agent.Media[0].Port);
        Assert.Equal((hold.Origin.SessionId, "2"), (agent.Origin.SessionId, agent.Origin.Version));
        Assert.Equal(0, rig.Gateway.Snapshot().Media.StreamsPlaying);

        rig.Do(() => rig.Caller.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.2", 40_000)));
        Assert.Single(rig.Caller.Acks);
        Assert.Equal(1, rig.Gateway.Snapshot().CallsConnected);

        rig.Do(() => rig.Caller.Ask(SipMethod.Bye));
        Assert.Equal(CallerLeaveCause.HungUp, rig.Host.Last<CallerLeft>().Cause);
        rig.Effect(new EndAgentLeg(rig.CallId, rig.Offer, "caller left"));
        rig.Do(() => rig.Alice.Respond(SipMethod.Bye, 200));
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task The_hold_200_waits_until_its_port_is_stored()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        rig.Host.Holds = static command => command is LegChanged;

        rig.Effect(new AnswerCaller(rig.CallId, "tone"));
        Assert.DoesNotContain(200, rig.Caller.Statuses);

        rig.Do(rig.Host.Release);
        Assert.Contains(200, rig.Caller.Statuses);
    }

    [Fact]
    public async Task Cancel_while_a_phone_rings_stops_the_ringing()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        rig.OfferAlice();
        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 180));

        rig.Host.Holds = static command => command is CallerLeft;
        rig.Do(() => rig.Caller.Call!.Cancel());
        Assert.DoesNotContain(487, rig.Caller.Statuses);
        rig.Do(rig.Host.Release);
        Assert.Contains(487, rig.Caller.Statuses);

        rig.Effect(new WithdrawOffer(rig.CallId, rig.Offer, WithdrawCause.CallerLeft));
        Assert.Single(rig.Alice.Cancels);
        Assert.Contains("SIP;cause=", rig.Alice.Cancels[0].Headers[HeaderId.Reason]!, StringComparison.Ordinal);
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Cancel_of_an_invite_without_provisional_waits_for_one()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        rig.OfferAlice();

        rig.Effect(new WithdrawOffer(rig.CallId, rig.Offer, WithdrawCause.AgentUnavailable));
        Assert.Empty(rig.Alice.Cancels);

        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 180));
        Assert.Single(rig.Alice.Cancels);
        rig.Do(() => rig.Caller.Call!.Cancel());
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_200_that_crosses_the_cancel_is_acknowledged_and_hung_up()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        rig.OfferAlice();
        rig.Alice.AnswersCancel = false;
        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 180));
        rig.Effect(new WithdrawOffer(rig.CallId, rig.Offer, WithdrawCause.NoAnswer));

        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.3", 42_000)));

        Assert.Single(rig.Alice.Acks);
        Assert.Equal(1, rig.Alice.CountOf(SipMethod.Bye));
        Assert.DoesNotContain(rig.Host.Commands, static command => command is OfferAnswered);
        rig.Do(() => rig.Alice.Respond(SipMethod.Bye, 200));
        rig.Do(() => rig.Caller.Call!.Cancel());
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_bye_before_the_answer_ends_the_call_like_a_cancel()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        rig.Effect(new RingCaller(rig.CallId));
        var ringing = rig.Caller.LastResponse;
        var bye = rig.Caller.NewRequest(SipMethod.Bye, GatewayRig.Number);
        bye.Headers.Set(HeaderId.To, ringing.To.ToString());
        bye.Headers.Set(HeaderId.CSeq, "2 BYE");

        rig.Do(() => rig.Caller.Send(bye));

        Assert.Equal(CallerLeaveCause.HungUp, rig.Host.Last<CallerLeft>().Cause);
        Assert.Contains(487, rig.Caller.Statuses);
        Assert.Contains(200, rig.Caller.Statuses);
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_200_is_repeated_until_its_ack_and_given_up_after_32_seconds()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        rig.Effect(new AnswerCaller(rig.CallId, "tone"));
        rig.Pass(TimeSpan.FromSeconds(3));
        Assert.True(rig.Caller.Statuses.Count(static status => status == 200) >= 3);

        rig.Pass(TimeSpan.FromSeconds(30));

        Assert.Equal(CallerLeaveCause.Lost, rig.Host.Last<CallerLeft>().Cause);
        Assert.Equal(1, rig.Caller.CountOf(SipMethod.Bye));
        rig.Do(() => rig.Caller.Respond(SipMethod.Bye, 200));
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_lost_ack_is_sent_again_for_the_agents_repeated_200()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        rig.OfferAlice();
        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.3", 42_000)));

        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.3", 42_000)));

        Assert.Equal(2, rig.Alice.Acks.Count);
        Assert.Equal(rig.Alice.Acks[0].Via.Branch, rig.Alice.Acks[1].Via.Branch);
        Assert.Single(rig.Host.Commands.OfType<OfferAnswered>());
    }

    [Fact]
    public async Task Hold_by_the_agent_reaches_the_caller_and_the_answer_comes_back()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Connect();

        rig.Do(() => rig.Alice.Ask(SipMethod.Invite, Phone.Sdp("127.0.0.3", 42_000, direction: "sendonly")));
        var asked = rig.Caller.LastRequest(SipMethod.Invite).Request;
        Assert.Contains("a=sendonly", System.Text.Encoding.UTF8.GetString(asked.Body.Span), StringComparison.Ordinal);
        rig.Do(() => rig.Caller.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.2", 40_000, direction: "recvonly")));

        Assert.Single(rig.Caller.Acks);
        Assert.Equal(200, rig.Alice.LastResponse.StatusCode);
        Assert.Contains("a=recvonly", System.Text.Encoding.UTF8.GetString(rig.Alice.LastResponse.Body.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Info_is_passed_to_the_other_end_and_refer_is_not_allowed()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Connect();

        rig.Do(() => rig.Caller.Ask(SipMethod.Info, "Signal=5\r\n"u8.ToArray(), "application/dtmf-relay"));
        Assert.Equal("Signal=5\r\n"u8.ToArray(), rig.Alice.LastRequest(SipMethod.Info).Request.Body.ToArray());
        rig.Do(() => rig.Alice.Respond(SipMethod.Info, 200));
        Assert.Equal(200, rig.Caller.LastResponse.StatusCode);

        rig.Do(() => rig.Caller.Ask(SipMethod.Refer));
        Assert.Equal(405, rig.Caller.LastResponse.StatusCode);
        Assert.Contains("INVITE", rig.Caller.LastResponse.Headers[HeaderId.Allow]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_late_offer_is_offered_to_agents_only_when_its_ack_brings_the_media()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Do(() => rig.Caller.Invite(GatewayRig.Number, null));
        Assert.True(rig.Host.Last<CallArrived>().LateOffer);
        rig.Effect(new AnswerCaller(rig.CallId, "tone"));
        rig.OfferAlice();
        Assert.Empty(rig.Alice.Requests);

        rig.Do(() => rig.Caller.Ack(Phone.Sdp("127.0.0.2", 40_004, "0")));

        Assert.Contains("m=audio 40004", System.Text.Encoding.UTF8.GetString(rig.Alice.LastRequest(SipMethod.Invite).Request.Body.Span), StringComparison.Ordinal);
        Assert.Equal(1, rig.Gateway.Snapshot().Media.StreamsPlaying);
    }

    [Fact]
    public async Task Several_phones_ring_at_once_and_the_first_answer_stops_the_others()
    {
        await using var rig = await GatewayRig.StartAsync();
        var desk = rig.NewPhone("alice", 4);
        rig.Arrive();
        rig.Effect(rig.OfferTo("sip:alice@127.0.0.3:5070", "sip:alice@127.0.0.4:5070"));
        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 180));
        rig.Do(() => desk.Respond(SipMethod.Invite, 180));
        Assert.Single(rig.Host.Commands.OfType<OfferRinging>());

        rig.Do(() => desk.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.4", 43_000)));

        Assert.Single(rig.Alice.Cancels);
        Assert.Contains("cause=200", rig.Alice.Cancels[0].Headers[HeaderId.Reason]!, StringComparison.Ordinal);
        Assert.Single(desk.Acks);
    }

    [Theory]
    [InlineData(486, OfferFailure.Declined)]
    [InlineData(603, OfferFailure.Declined)]
    [InlineData(480, OfferFailure.Unreachable)]
    [InlineData(302, OfferFailure.Unreachable)]
    public async Task A_refusal_of_the_phone_becomes_its_kind_of_failure(int status, OfferFailure failure)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        rig.OfferAlice();

        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, status));

        Assert.Equal((failure, status), (rig.Host.Last<OfferFailed>().Failure, rig.Host.Last<OfferFailed>().SipStatus));
        Assert.DoesNotContain(status, rig.Caller.Statuses);
    }

    [Fact]
    public async Task A_phone_that_does_not_answer_at_all_is_unreachable()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        rig.Effect(rig.OfferTo("sip:alice@127.0.0.99:5070"));

        rig.Pass(TimeSpan.FromSeconds(33));

        Assert.Equal(OfferFailure.Unreachable, rig.Host.Last<OfferFailed>().Failure);
    }

    [Fact]
    public async Task A_rejected_caller_gets_the_domains_status_with_its_reason()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();

        rig.Effect(new EndCaller(rig.CallId, 480, "closed", 30));

        Assert.Equal(480, rig.Caller.LastResponse.StatusCode);
        Assert.Equal("30", rig.Caller.LastResponse.Headers[HeaderId.RetryAfter]);
        Assert.Contains("closed", rig.Caller.LastResponse.Headers[HeaderId.Reason]!, StringComparison.Ordinal);
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_long_wait_without_answer_repeats_its_provisional_every_minute()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        rig.Effect(new RingCaller(rig.CallId));

        rig.Pass(TimeSpan.FromSeconds(130));

        Assert.Equal(3, rig.Caller.Statuses.Count(static status => status == 180));
    }

    [Fact]
    public async Task Byes_that_cross_leave_nothing_behind()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Connect();
        rig.Do(() => rig.Caller.Ask(SipMethod.Bye));

        rig.Host.Emit(new EndAgentLeg(rig.CallId, rig.Offer, "caller left"));
        rig.Host.Emit(new ReleaseCall(rig.CallId));
        rig.Do(() => rig.Alice.Ask(SipMethod.Bye));

        Assert.Equal(200, rig.Alice.LastResponse.StatusCode);
        rig.Do(() => rig.Alice.Respond(SipMethod.Bye, 200));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task The_same_offer_of_a_later_epoch_is_not_rung_again_and_lower_epochs_are_refused()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        var offer = rig.OfferTo("sip:alice@127.0.0.3:5070");
        rig.Do(() => rig.Host.Emit(5, 1, offer));
        rig.Do(() => rig.Host.Emit(5, 1, offer));
        rig.Do(() => rig.Host.Emit(6, 2, offer));
        rig.Do(() => rig.Host.Emit(5, 3, new WithdrawOffer(rig.CallId, rig.Offer, WithdrawCause.NoAnswer)));

        Assert.Equal(1, rig.Alice.CountOf(SipMethod.Invite));
        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 180));
        Assert.Empty(rig.Alice.Cancels);
        Assert.Equal(2, rig.Gateway.Snapshot().Gateway[SipGatewayCounter.EffectsRefused]);
    }

    [Fact]
    public async Task An_effect_for_a_call_that_is_not_here_tells_the_domain_that_it_is_lost()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        var other = Contracts.Ids.CallId.Of("elsewhere");

        rig.Effect(new AnswerCaller(other, "tone"));

        Assert.Equal((other, CallerLeaveCause.Lost), (rig.Host.Last<CallerLeft>().Call, rig.Host.Last<CallerLeft>().Cause));
    }

    [Fact]
    public async Task Record_routes_are_followed_on_both_legs()
    {
        await using var rig = await GatewayRig.StartAsync();
        var proxy = rig.NewPhone("proxy", 8);
        rig.Do(() => rig.Caller.Invite(
            GatewayRig.Number, Phone.Sdp("127.0.0.2", 40_000), static invite => invite.Headers.Add(HeaderId.RecordRoute, "<sip:127.0.0.8:5070;lr>")));
        rig.OfferAlice();
        rig.Do(() => rig.Alice.Respond(
            SipMethod.Invite, 200, Phone.Sdp("127.0.0.3", 42_000), static ok => ok.Headers.Add(HeaderId.RecordRoute, "<sip:127.0.0.8:5070;lr>")));
        Assert.Equal("sip:alice@127.0.0.3:5070", Assert.Single(proxy.Acks).RequestUri.ToString());
        rig.Effect(new ConnectCall(rig.CallId, rig.Offer));
        Assert.NotNull(rig.Caller.LastResponse.Headers[HeaderId.RecordRoute]);

        rig.Effect(new EndAgentLeg(rig.CallId, rig.Offer, "bye"));
        Assert.Equal("<sip:127.0.0.8:5070;lr>", proxy.LastRequest(SipMethod.Bye).Request.Headers[HeaderId.Route]);
    }
}
