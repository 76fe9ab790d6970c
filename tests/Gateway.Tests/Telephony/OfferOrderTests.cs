using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>Agents' phones ring in the order in which the domain offered, whatever else a call waits for here.</summary>
public sealed class OfferOrderTests
{
    [Fact]
    public async Task Who_was_offered_first_rings_first_although_the_record_of_its_hold_media_is_not_stored_yet()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Host.Holds = static command => command is LegChanged;
        rig.Arrive();
        rig.Effect(new AnswerCaller(rig.CallId, "tone"));
        var first = rig.OfferTo("sip:alice@127.0.0.3:5070");
        rig.Effect(first);
        Phone later = rig.NewPhone("later", 5);
        Phone bob = rig.NewPhone("bob", 4);
        rig.Do(() => later.Invite(GatewayRig.Number, Phone.Sdp("127.0.0.5", 40_000)));

        // The second finds an agent free; its offer comes of the commit that stores the record of the first.
        rig.Host.Emit(rig.OfferTo("sip:bob@127.0.0.4:5070"));
        rig.Do(rig.Host.Release);

        Assert.Equal([1, 1], new[] { rig.Alice, bob }.Select(static phone => phone.CountOf(SipMethod.Invite)));
        int alice = rig.Sent.FindIndex(static text => text.StartsWith("INVITE sip:alice", StringComparison.Ordinal));
        Assert.True(alice < rig.Sent.FindIndex(static text => text.StartsWith("INVITE sip:bob", StringComparison.Ordinal)));
        Assert.Contains(200, rig.Caller.Statuses);
    }

    [Fact]
    public async Task A_record_that_is_not_stored_yet_holds_up_neither_the_end_of_an_offer_nor_the_next_one()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Host.Holds = static command => command is LegChanged;
        Phone bob = rig.NewPhone("bob", 4);
        rig.Arrive();
        rig.Effect(new AnswerCaller(rig.CallId, "tone"));
        rig.OfferAlice();
        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 180));

        rig.Effect(new WithdrawOffer(rig.CallId, rig.Offer, WithdrawCause.AgentUnavailable));
        rig.Effect(rig.OfferTo("sip:bob@127.0.0.4:5070") with { Offer = new OfferId(rig.CallId, 2) });

        Assert.Equal((1, 1), (rig.Alice.Cancels.Count, bob.CountOf(SipMethod.Invite)));
        int cancel = rig.Sent.FindIndex(static text => text.StartsWith("CANCEL sip:alice", StringComparison.Ordinal));
        Assert.True(cancel < rig.Sent.FindIndex(static text => text.StartsWith("INVITE sip:bob", StringComparison.Ordinal)));
        Assert.DoesNotContain(200, rig.Caller.Statuses);

        rig.Do(rig.Host.Release);
        Assert.Contains(200, rig.Caller.Statuses);
    }

    [Fact]
    public async Task An_agent_who_picks_up_while_the_200_of_the_caller_waits_is_connected_after_it()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Host.Holds = static command => command is LegChanged;
        rig.Arrive();
        rig.Effect(new AnswerCaller(rig.CallId, "tone"));
        rig.OfferAlice();

        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.3", 42_000)));
        Assert.Empty(rig.Alice.Acks);
        rig.Host.Holds = static _ => false;
        rig.Do(rig.Host.Release);
        rig.Effect(new ConnectCall(rig.CallId, rig.Offer));
        Assert.Single(rig.Alice.Acks);
        rig.Do(() => rig.Caller.Ack());

        Assert.Equal([100, 200], rig.Caller.Statuses);
        rig.Do(() => rig.Caller.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.2", 40_000)));
        Assert.Equal(1, rig.Gateway.Snapshot().CallsConnected);
        rig.Do(() => rig.Caller.Ask(SipMethod.Bye));
        rig.Effect(new EndAgentLeg(rig.CallId, rig.Offer, "caller left"));
        rig.Do(() => rig.Alice.Respond(SipMethod.Bye, 200));
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.AssertNothingIsLeft();
    }
}
