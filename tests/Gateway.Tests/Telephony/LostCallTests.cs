using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Gateway.Telephony;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Routing.Sip.Transport;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>A live call whose records cannot be used after a restart: the domain is told that it is lost, and nobody is left ringing or talking to no one.</summary>
public sealed class LostCallTests
{
    private static readonly LegState Damaged = new(LegId.Of("caller"), new byte[] { 255, 1, 2 });

    [Fact]
    public async Task A_phone_that_rings_is_cancelled()
    {
        var (former, invite) = await RingAsync();
        await using var rig = await GatewayRig.StartAsync();

        rig.Effect(former with { Legs = [Damaged] });

        string cancel = Assert.Single(rig.Sent, static text => text.StartsWith("CANCEL ", StringComparison.Ordinal));
        Assert.Contains("branch=" + invite.Via.Branch, cancel, StringComparison.Ordinal);
        Assert.Equal(CallerLeaveCause.Lost, rig.Host.Last<CallerLeft>().Cause);
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_phone_that_may_still_ring_for_an_offer_that_was_over_is_cancelled_too()
    {
        var (former, _) = await RingAsync();
        await using var rig = await GatewayRig.StartAsync();

        rig.Effect(former with { Legs = [], Offers = [], Stopped = [new StoppedOffer(former.Offers[0], WithdrawCause.NoAnswer)] });

        Assert.Contains("No answer", Assert.Single(rig.Sent, static text => text.StartsWith("CANCEL ", StringComparison.Ordinal)), StringComparison.Ordinal);
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task An_agent_who_talks_is_hung_up_when_nothing_is_known_of_the_caller()
    {
        var former = await TalkAsync();
        await using var rig = await GatewayRig.StartAsync();

        rig.Effect(former with { Legs = [Damaged, former.Legs.Single(static leg => leg.Leg.Value != "caller")] });

        Assert.Equal(["ACK sip:a", "BYE sip:a"], rig.Sent.Where(static text => text.StartsWith("ACK", StringComparison.Ordinal) || text.StartsWith("BYE", StringComparison.Ordinal)).Select(static text => text[..9]));
        Assert.Equal(CallerLeaveCause.Lost, rig.Host.Last<CallerLeft>().Cause);
        rig.Do(() => rig.Alice.Respond(SipMethod.Bye, 200));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_caller_who_talks_is_hung_up_when_nothing_is_known_of_the_agent()
    {
        var former = await TalkAsync();
        await using var rig = await GatewayRig.StartAsync();

        rig.Effect(former with { Legs = [former.Legs.Single(static leg => leg.Leg.Value == "caller")] });

        Assert.StartsWith("BYE sip:caller@", Assert.Single(rig.Sent, static text => text.StartsWith("BYE ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(CallerLeaveCause.Lost, rig.Host.Last<CallerLeft>().Cause);
        Assert.Equal(1, rig.Gateway.Snapshot().Gateway[SipGatewayCounter.CallsNotRestored]);
        rig.Do(() => rig.Caller.Respond(SipMethod.Bye, 200));
        rig.Effect(new ReleaseCall(former.Call));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_caller_who_was_not_answered_yet_is_refused_when_the_call_cannot_go_on()
    {
        var (former, _) = await RingAsync();
        await using var rig = await GatewayRig.StartAsync();

        rig.Effect(former with { State = CallState.Talking, CallerAnswered = true });

        Assert.Contains(rig.Sent, static text => text.StartsWith("SIP/2.0 500 ", StringComparison.Ordinal));
        Assert.Contains(rig.Sent, static text => text.StartsWith("CANCEL ", StringComparison.Ordinal));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_caller_whose_transport_is_not_listened_on_any_more_leaves_nobody_ringing()
    {
        RestoreCall former;
        await using (var first = await GatewayRig.StartAsync(alsoListensOn: SipTransportKind.Tcp))
        {
            var caller = first.NewPhone("caller", 9, SipTransportKind.Tcp);
            first.Do(() => caller.Invite(GatewayRig.Number + ";transport=tcp", Phone.Sdp("127.0.0.9", 40_000)));
            former = Former(first, CallState.Ringing, [first.Host.Last<CallArrived>().Leg]);
        }

        await using var rig = await GatewayRig.StartAsync();
        rig.Effect(former);

        Assert.Single(rig.Sent, static text => text.StartsWith("CANCEL ", StringComparison.Ordinal));
        Assert.Equal(CallerLeaveCause.Lost, rig.Host.Last<CallerLeft>().Cause);
        rig.AssertNothingIsLeft();
    }

    /// <summary>A call that rings in a life that ends then: what its domain hands back, and the INVITE that Alice got.</summary>
    private static async Task<(RestoreCall Former, SipRequest Invite)> RingAsync()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        rig.OfferAlice();
        return (Former(rig, CallState.Ringing, [rig.Host.Last<CallArrived>().Leg]), rig.Alice.LastRequest(SipMethod.Invite).Request);
    }

    private static async Task<RestoreCall> TalkAsync()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Connect();
        return Former(rig, CallState.Talking, [rig.Host.Last<LegChanged>().Leg, rig.Host.Last<OfferAnswered>().Leg]);
    }

    private static RestoreCall Former(GatewayRig rig, CallState state, IReadOnlyList<LegState> legs) => new(rig.CallId)
    {
        State = state,
        CallerAnswered = state == CallState.Talking,
        Offers = [rig.OfferTo("sip:alice@127.0.0.3:5070")],
        Legs = legs,
        Media = "tone",
    };
}
