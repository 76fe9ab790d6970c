using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>One caller rings the phones of several agents (queue setting "offers"), over real messages.</summary>
public sealed class SimultaneousOfferTests
{
    [Fact]
    public async Task The_first_agent_to_answer_has_the_caller_and_the_other_phones_stop_without_a_missed_call()
    {
        await using var rig = await GatewayRig.StartAsync();
        var bob = RingAliceAndBob(rig);

        rig.Do(() => bob.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.4", 43_000)));
        rig.Effect(new WithdrawOffer(rig.CallId, First(rig), WithdrawCause.AnsweredElsewhere));
        rig.Effect(new ConnectCall(rig.CallId, Second(rig)));
        rig.Do(() => rig.Caller.Ack());

        Assert.Contains("cause=200", Assert.Single(rig.Alice.Cancels).Headers[HeaderId.Reason]!, StringComparison.Ordinal);
        Assert.Single(bob.Acks);
        Assert.Empty(bob.Cancels);
        Assert.Equal((0, 0), (rig.Alice.CountOf(SipMethod.Bye), bob.CountOf(SipMethod.Bye)));
        Assert.Equal(2, Assert.Single(rig.Host.Commands.OfType<OfferAnswered>()).Offer.Number);
        Assert.Equal(1, rig.Gateway.Snapshot().CallsConnected);
        HangUp(rig, bob);
    }

    [Fact]
    public async Task Of_two_who_pick_up_in_the_same_moment_the_loser_is_acknowledged_and_hung_up()
    {
        await using var rig = await GatewayRig.StartAsync();
        var bob = RingAliceAndBob(rig);
        rig.Host.Holds = static command => command is OfferAnswered;
        rig.Host.Decides = static command => command is OfferAnswered { Offer.Number: 1 } ? new CommandReply(ReplyCode.Gone) : CommandReply.Ok;
        rig.Do(() => bob.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.4", 43_000)));
        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.3", 42_000)));
        Assert.Equal((0, 0), (bob.Acks.Count, rig.Alice.Acks.Count));

        rig.Do(rig.Host.Release);
        rig.Effect(new WithdrawOffer(rig.CallId, First(rig), WithdrawCause.AnsweredElsewhere));
        rig.Effect(new ConnectCall(rig.CallId, Second(rig)));
        rig.Do(() => rig.Alice.Respond(SipMethod.Bye, 200));
        rig.Do(() => rig.Caller.Ack());

        Assert.Equal((1, 1), (bob.Acks.Count, rig.Alice.Acks.Count));
        Assert.Equal((0, 1), (bob.CountOf(SipMethod.Bye), rig.Alice.CountOf(SipMethod.Bye)));
        Assert.DoesNotContain(rig.Host.Commands, static command => command is AgentLegEnded or OfferFailed);
        HangUp(rig, bob);
    }

    [Fact]
    public async Task A_caller_who_leaves_stops_every_phone()
    {
        await using var rig = await GatewayRig.StartAsync();
        var bob = RingAliceAndBob(rig);

        rig.Do(() => rig.Caller.Call!.Cancel());
        rig.Effect(new WithdrawOffer(rig.CallId, First(rig), WithdrawCause.CallerLeft));
        rig.Effect(new WithdrawOffer(rig.CallId, Second(rig), WithdrawCause.CallerLeft));
        rig.Effect(new ReleaseCall(rig.CallId));

        Assert.Equal((1, 1), (rig.Alice.Cancels.Count, bob.Cancels.Count));
        Assert.Equal(487, rig.Caller.LastResponse.StatusCode);
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_refusal_of_one_leaves_the_others_ringing()
    {
        await using var rig = await GatewayRig.StartAsync();
        var bob = RingAliceAndBob(rig);

        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 486));

        OfferFailed failed = Assert.Single(rig.Host.Commands.OfType<OfferFailed>());
        Assert.Equal((1, OfferFailure.Declined), (failed.Offer.Number, failed.Failure));
        Assert.Empty(bob.Cancels);
        rig.Do(() => bob.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.4", 43_000)));
        rig.Effect(new ConnectCall(rig.CallId, Second(rig)));
        rig.Do(() => rig.Caller.Ack());
        HangUp(rig, bob);
    }

    private static OfferId First(GatewayRig rig) => rig.Offer;

    private static OfferId Second(GatewayRig rig) => new(rig.CallId, 2);

    private static Phone RingAliceAndBob(GatewayRig rig)
    {
        var bob = rig.NewPhone("bob", 4);
        rig.Arrive();
        rig.OfferAlice();
        rig.Effect(rig.OfferTo("sip:bob@127.0.0.4:5070") with { Offer = Second(rig), Agent = AgentId.Of("bob"), SipUser = "bob" });
        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 180));
        rig.Do(() => bob.Respond(SipMethod.Invite, 180));
        Assert.Equal([1, 2], rig.Host.Commands.OfType<OfferRinging>().Select(static ringing => ringing.Offer.Number));
        return bob;
    }

    private static void HangUp(GatewayRig rig, Phone winner)
    {
        rig.Do(() => rig.Caller.Ask(SipMethod.Bye));
        rig.Effect(new EndAgentLeg(rig.CallId, Second(rig), "Caller left"));
        rig.Do(() => winner.Respond(SipMethod.Bye, 200));
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.AssertNothingIsLeft();
    }
}
