using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>What a caller hears, and when, between the INVITE and its commit, and right after it.</summary>
public sealed class ArrivalTests
{
    [Fact]
    public async Task Nothing_leaves_before_the_commit_100_trying_included()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Host.Holds = static command => command is CallArrived;

        rig.Arrive();
        rig.Pass(TimeSpan.FromMilliseconds(1_600));
        Assert.Empty(rig.Sent);

        rig.Do(rig.Host.Release);
        Assert.StartsWith("SIP/2.0 100 ", Assert.Single(rig.Sent), StringComparison.Ordinal);
        Assert.Equal("1000", rig.Host.Last<CallArrived>().Dnis);
        Assert.Equal("caller", rig.Host.Last<CallArrived>().Ani);
    }

    [Fact]
    public async Task The_phone_of_a_free_agent_is_rung_before_the_caller_is_told_100()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Host.Holds = static command => command is CallArrived;
        rig.Arrive();

        rig.Do(() =>
        {
            rig.Host.Release();
            rig.Host.Emit(rig.OfferTo("sip:alice@127.0.0.3:5070"));
        });

        Assert.Collection(
            rig.Sent,
            static sent => Assert.StartsWith("INVITE sip:alice@", sent, StringComparison.Ordinal),
            static sent => Assert.StartsWith("SIP/2.0 100 ", sent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_caller_who_is_answered_at_once_is_told_100_first_and_once()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Host.Holds = static command => command is CallArrived;
        rig.Arrive();

        rig.Do(() =>
        {
            rig.Host.Release();
            rig.Host.Emit(new RingCaller(rig.CallId));
        });

        Assert.Equal([100, 180], rig.Caller.Statuses);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_for_two_seconds_gets_the_caller_a_503()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Host.Holds = static command => command is CallArrived;

        rig.Arrive();
        rig.Pass(TimeSpan.FromMilliseconds(2_100));

        Assert.Equal(503, rig.Caller.LastResponse.StatusCode);
        Assert.NotNull(rig.Caller.LastResponse.Headers[HeaderId.RetryAfter]);
        rig.Do(rig.Host.Release);
        Assert.IsType<CallerLeft>(rig.Host.Commands[^1]);
        Assert.DoesNotContain(100, rig.Caller.Statuses);
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task An_arrival_that_is_committed_after_its_caller_was_refused_rings_no_phone()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Host.Holds = static command => command is CallArrived or CallerLeft;
        rig.Arrive();
        rig.Pass(TimeSpan.FromMilliseconds(2_100));
        Assert.Equal(503, rig.Caller.LastResponse.StatusCode);

        // The database is back: the arrival finds an agent free before the domain reads that the caller was refused.
        rig.OfferAlice();
        Assert.Equal(0, rig.Alice.CountOf(SipMethod.Invite));
        rig.Do(rig.Host.Release);
        Assert.Contains(rig.Host.Commands, static command => command is CallerLeft);
        rig.Effect(new WithdrawOffer(rig.CallId, rig.Offer, WithdrawCause.CallerLeft));
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task An_offer_that_crosses_the_callers_CANCEL_rings_no_phone()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Host.Holds = static command => command is CallerLeft;
        rig.Arrive();
        rig.Do(() => rig.Caller.Call!.Cancel());
        rig.OfferAlice();
        Assert.Equal(0, rig.Alice.CountOf(SipMethod.Invite));
        rig.Do(rig.Host.Release);
        rig.Effect(new WithdrawOffer(rig.CallId, rig.Offer, WithdrawCause.CallerLeft));
        rig.Effect(new EndCaller(rig.CallId, 487, "caller left"));
        rig.Effect(new ReleaseCall(rig.CallId));
        Assert.Equal(487, rig.Caller.LastResponse.StatusCode);
        rig.AssertNothingIsLeft();
    }
}
