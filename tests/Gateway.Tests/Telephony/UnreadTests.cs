using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Gateway.Telephony;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>A gateway that was stopped finds its timers due before it has read what came meanwhile: nobody who answered in time is given up, and no phone rings for what may be over.</summary>
public sealed class UnreadTests
{
    private static readonly LeaseTerms Terms = new(6_000, 60_000);
    private static readonly TimeSpan LongerThan64T1 = TimeSpan.FromSeconds(40);

    [Theory]
    [InlineData(12)]
    [InlineData(40)]
    public async Task A_caller_whose_ACK_lies_unread_is_not_hung_up(int seconds)
    {
        await using var rig = await GatewayRig.StartAsync(lease: Terms);
        rig.Arrive();
        rig.Effect(new AnswerCaller(rig.CallId, "tone"));
        Assert.Contains(200, rig.Caller.Statuses);
        rig.Caller.Ack();
        rig.Freeze(TimeSpan.FromSeconds(seconds));
        rig.Pass(TimeSpan.FromMinutes(1));

        Assert.Equal(0, rig.Caller.CountOf(SipMethod.Bye));
        Assert.DoesNotContain(rig.Host.Commands, static command => command is CallerLeft);
    }

    [Fact]
    public async Task A_caller_who_sent_no_ACK_is_hung_up_a_little_later()
    {
        await using var rig = await GatewayRig.StartAsync(lease: Terms);
        rig.Arrive();
        rig.Effect(new AnswerCaller(rig.CallId, "tone"));
        rig.Freeze(LongerThan64T1);
        Assert.Equal(0, rig.Caller.CountOf(SipMethod.Bye));

        rig.Freeze(TimeSpan.FromSeconds(10));
        Assert.Equal(1, rig.Caller.CountOf(SipMethod.Bye));
        Assert.Equal(rig.CallId, rig.Host.Last<CallerLeft>().Call);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(40)]
    public async Task A_caller_whose_answer_to_our_INVITE_lies_unread_is_connected(int seconds)
    {
        await using var rig = await GatewayRig.StartAsync(lease: Terms);
        rig.Hold();
        rig.OfferAlice();
        rig.AliceAnswers();
        Assert.Equal(1, rig.Caller.CountOf(SipMethod.Invite));
        rig.Caller.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.2", 40_000));
        rig.Freeze(TimeSpan.FromSeconds(seconds));
        rig.Pass(TimeSpan.FromMinutes(1));

        Assert.Equal((0, 0), (rig.Caller.CountOf(SipMethod.Bye), rig.Alice.CountOf(SipMethod.Bye)));
        Assert.Empty(rig.Caller.Cancels);
        Assert.DoesNotContain(rig.Host.Commands, static command => command is CallerLeft);
        Assert.Equal(1, rig.Gateway.Snapshot().CallsConnected);
    }

    [Fact]
    public async Task Whoever_asked_gets_the_answer_that_lay_unread_for_longer_than_a_question_may_last()
    {
        await using var rig = await GatewayRig.StartAsync(lease: Terms);
        rig.Connect();
        rig.Do(() => rig.Caller.Ask(SipMethod.Invite, Phone.Sdp("127.0.0.2", 40_002)));
        rig.Alice.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.3", 42_000));
        rig.Freeze(TimeSpan.FromSeconds(25));

        Assert.Equal(200, rig.Caller.LastResponse.StatusCode);
        Assert.Empty(rig.Alice.Cancels);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(40)]
    public async Task An_agents_INVITE_that_was_lost_is_not_repeated_before_the_domain_can_say_that_it_is_over(int seconds)
    {
        await using var rig = await GatewayRig.StartAsync(lease: Terms);
        rig.Arrive();
        rig.Loses = static text => text.StartsWith("INVITE", StringComparison.Ordinal);
        rig.OfferAlice();
        rig.Loses = static _ => false;
        rig.Host.Holds = static command => command is GatewayAlive;
        rig.Freeze(TimeSpan.FromSeconds(seconds));
        rig.Pass(TimeSpan.FromSeconds(3));

        Assert.Equal(0, rig.Alice.CountOf(SipMethod.Invite));
    }
}
