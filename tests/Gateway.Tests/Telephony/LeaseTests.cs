using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Gateway.Telephony;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>A gateway that was frozen or cut off may have been given up, and its agents rung by others: what it was told before counts no more.</summary>
public sealed class LeaseTests
{
    private static readonly LeaseTerms Terms = new(6_000, 60_000);
    private static readonly int RegistrationMaxSeconds = new SipGatewayOptions { Gateway = default, Incarnation = 0, Key = default, Listen = [] }.RegistrationMaxSeconds;
    private static readonly TimeSpan Lease = TimeSpan.FromMilliseconds(6_000);

    [Fact]
    public async Task It_promises_at_the_start_and_says_that_it_lives_once_it_has_something_to_lose()
    {
        await using var rig = await GatewayRig.StartAsync(lease: Terms);
        Assert.Equal((6_000, 60_000), (rig.Host.Last<GatewayStarted>().LeaseMs, rig.Host.Last<GatewayStarted>().GraceMs));
        rig.Pass(TimeSpan.FromHours(1));
        Assert.DoesNotContain(rig.Host.Commands, static command => command is GatewayAlive);

        rig.Arrive();
        rig.Pass(Lease);

        Assert.Equal(4, rig.Host.Commands.Count(static command => command is GatewayAlive));
    }

    [Fact]
    public async Task Phones_of_a_former_life_are_something_to_lose_as_long_as_they_can_be_registered()
    {
        await using var rig = await GatewayRig.StartAsync(lease: Terms, decides: static command => CommandReply.Ok with { HasLease = command is GatewayStarted });
        rig.Run();
        Assert.False(rig.Host.Last<GatewayAlive>().IsIdle);

        rig.Pass(TimeSpan.FromSeconds(RegistrationMaxSeconds) - Lease);
        Assert.False(rig.Host.Last<GatewayAlive>().IsIdle);
        rig.Pass(Lease + Lease);
        Assert.True(rig.Host.Last<GatewayAlive>().IsIdle);
    }

    [Fact]
    public async Task With_nothing_left_in_a_domain_it_says_so_once_and_then_nothing()
    {
        await using var rig = await GatewayRig.StartAsync(lease: Terms);
        rig.Hold();
        rig.Pass(Lease);
        Assert.False(rig.Host.Last<GatewayAlive>().IsIdle);

        rig.Do(() => rig.Caller.Ask(SipMethod.Bye));
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.Pass(TimeSpan.FromMinutes(5));
        int said = Said(rig);
        Assert.True(rig.Host.Last<GatewayAlive>().IsIdle);
        rig.Pass(TimeSpan.FromHours(1));
        Assert.Equal(said, Said(rig));

        rig.Arrive();
        rig.Pass(Lease);
        Assert.Equal((said + 4, false), (Said(rig), rig.Host.Last<GatewayAlive>().IsIdle));
    }

    [Fact]
    public async Task A_call_that_comes_while_its_last_word_is_on_the_way_keeps_the_lease()
    {
        await using var rig = await GatewayRig.StartAsync(lease: Terms);
        rig.Hold();
        rig.Do(() => rig.Caller.Ask(SipMethod.Bye));
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.Host.Holds = static command => command is GatewayAlive { IsIdle: true };
        rig.Pass(TimeSpan.FromMinutes(5));
        Assert.True(rig.Host.Last<GatewayAlive>().IsIdle);

        rig.Arrive();
        rig.Host.Holds = static _ => false;
        rig.Do(rig.Host.Release);
        rig.Pass(Lease);

        Assert.False(rig.Host.Last<GatewayAlive>().IsIdle);
    }

    [Fact]
    public async Task What_comes_after_its_lease_waits_until_the_domain_has_said_that_it_held()
    {
        await using var rig = await Frozen();

        rig.OfferAlice();
        Assert.Equal(0, rig.Alice.CountOf(SipMethod.Invite));

        rig.Do(rig.Host.Release);
        Assert.Equal(1, rig.Alice.CountOf(SipMethod.Invite));
        Assert.Equal(rig.Host.Sent, rig.Host.Acknowledged);
        Assert.False(rig.Gateway.LeaseLost.IsCancellationRequested);
    }

    [Fact]
    public async Task What_comes_after_its_lease_is_never_done_when_it_was_given_up()
    {
        await using var rig = await Frozen();
        rig.Host.Decides = static command => command is GatewayAlive ? new CommandReply(ReplyCode.Conflict, "given up") : CommandReply.Ok;

        rig.OfferAlice();
        rig.Do(rig.Host.Release);
        rig.Effect(new WithdrawOffer(rig.CallId, rig.Offer, WithdrawCause.CallMoved));
        rig.Pass(TimeSpan.FromMinutes(1));

        Assert.True(rig.Gateway.LeaseLost.IsCancellationRequested);
        Assert.Equal(0, rig.Alice.CountOf(SipMethod.Invite));
        Assert.True(rig.Host.Acknowledged < rig.Host.Sent);
    }

    [Fact]
    public async Task An_answer_that_took_longer_than_a_lease_proves_nothing_and_it_asks_again()
    {
        await using var rig = await GatewayRig.StartAsync(lease: Terms);
        rig.Arrive();
        var late = rig.Host;
        late.Holds = static command => command is GatewayAlive;
        rig.Pass(Lease / 3);
        late.Holds = static _ => false;
        late.Decides = static command => command is GatewayAlive ? new CommandReply(ReplyCode.Unavailable, "nobody is there") : CommandReply.Ok;
        rig.Pass(Lease + Lease);
        rig.OfferAlice();
        int said = Said(rig);

        // The first of these answers is to what was said before the lease ran out.
        late.Decides = static _ => CommandReply.Ok;
        late.Holds = static command => command is GatewayAlive;
        rig.Do(late.Release);
        Assert.Equal((said + 1, 0), (Said(rig), rig.Alice.CountOf(SipMethod.Invite)));

        rig.Do(late.Release);
        Assert.Equal(1, rig.Alice.CountOf(SipMethod.Invite));
    }

    [Fact]
    public async Task One_that_was_frozen_in_its_start_asks_before_it_takes_its_calls_up()
    {
        await using var rig = await GatewayRig.StartAsync(lease: Terms);
        rig.Pass(Lease + Lease);
        rig.Host.Holds = static command => command is GatewayAlive;

        rig.Effect(new RestoreCall(CallId.Of("c1")) { State = CallState.Talking, CallerAnswered = true, Media = "tone", Legs = [], Offers = [] });
        Assert.True(rig.Host.Acknowledged < rig.Host.Sent);

        rig.Do(rig.Host.Release);
        Assert.Equal(rig.Host.Sent, rig.Host.Acknowledged);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_was_frozen_between_its_announcement_and_taking_its_calls_up_does_nothing_before_it_knows_that_its_lease_held(bool hasHeld)
    {
        // There is nothing in it to take up: all that can be done with it is to tell the domain that its caller is lost.
        RestoreCall restored = new(CallId.Of("c1")) { State = CallState.Talking, CallerAnswered = true, Media = "tone", Legs = [], Offers = [] };
        await using var rig = await GatewayRig.StartFrozenAsync(Terms, Lease + Lease, restored);
        rig.Host.Holds = static command => command is GatewayAlive;
        rig.Arrive();
        rig.Pass(TimeSpan.FromSeconds(1));
        Assert.Contains(rig.Host.Commands, static command => command is GatewayAlive);
        Assert.DoesNotContain(rig.Host.Commands, static command => command is CallerLeft or CallArrived);

        rig.Host.Holds = static _ => false;
        rig.Host.Decides = command => command is GatewayAlive && !hasHeld ? new CommandReply(ReplyCode.Conflict, "given up") : CommandReply.Ok;
        rig.Do(rig.Host.Release);
        rig.Pass(TimeSpan.FromMilliseconds(500));

        Assert.Equal(!hasHeld, rig.Gateway.LeaseLost.IsCancellationRequested);
        Assert.Equal(hasHeld, rig.Host.Commands.Exists(command => command is CallerLeft left && left.Call == restored.Call));
        Assert.Equal(hasHeld, rig.Host.Commands.Exists(static command => command is CallArrived));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_was_frozen_before_its_caller_was_answered_does_not_answer_before_it_knows_that_its_lease_held(bool hasHeld)
    {
        await using var rig = await GatewayRig.StartAsync(lease: Terms);
        rig.Arrive();
        rig.Host.Holds = static command => command is GatewayAlive or LegChanged;
        rig.Effect(new AnswerCaller(rig.CallId, "tone"));
        rig.Freeze(Lease + Lease);
        Assert.DoesNotContain(200, rig.Caller.Statuses);

        // The record took longer than a caller is kept waiting for one. That the domain has no such call any more is its answer to the record.
        rig.Host.Holds = static command => command is GatewayAlive;
        rig.Host.Decides = command => command is not (GatewayAlive or LegChanged) || hasHeld ? CommandReply.Ok
            : command is LegChanged ? new CommandReply(ReplyCode.NotFound, "no such call") : new CommandReply(ReplyCode.Conflict, "given up");
        rig.Do(() => rig.Host.Release(static command => command is LegChanged));
        rig.Pass(TimeSpan.FromSeconds(1));
        Assert.DoesNotContain(200, rig.Caller.Statuses);

        rig.Host.Holds = static _ => false;
        rig.Do(rig.Host.Release);
        rig.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(!hasHeld, rig.Gateway.LeaseLost.IsCancellationRequested);
        Assert.Equal(hasHeld, rig.Caller.Statuses.Contains(200));
    }

    [Fact]
    public async Task A_gateway_without_a_lease_says_nothing_of_itself()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        rig.Pass(TimeSpan.FromMinutes(10));

        Assert.Equal(0, rig.Host.Last<GatewayStarted>().LeaseMs);
        Assert.DoesNotContain(rig.Host.Commands, static command => command is GatewayAlive);
    }

    private static int Said(GatewayRig rig) => rig.Host.Commands.Count(static command => command is GatewayAlive);

    /// <summary>It has a call, and its signs of life were not answered for longer than a lease.</summary>
    private static async Task<GatewayRig> Frozen()
    {
        var rig = await GatewayRig.StartAsync(lease: Terms);
        rig.Arrive();
        rig.Host.Holds = static command => command is GatewayAlive;
        rig.Pass(Lease + Lease);
        return rig;
    }
}
