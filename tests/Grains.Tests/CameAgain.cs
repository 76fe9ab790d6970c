using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>A proxy heard nothing from one gateway and sent the INVITE to another, with the same Call-ID: the first may have committed it, and the caller is one call all the same.</summary>
public sealed class CameAgain
{
    private const int LeaseMs = 6_000;
    private static readonly GatewayId Other = GatewayId.Of("gw2");

    private readonly TestDomain _domain = new(Configurations.Demo());

    public CameAgain()
    {
        _domain.Send(new GatewayStarted(TestDomain.Gateway, 1, LeaseMs, 60_000));
        _domain.Send(new GatewayStarted(Other, 1, LeaseMs, 60_000));
    }

    [Fact]
    public void The_call_of_before_ends_and_the_agent_whom_it_rang_is_rung_for_the_new_one()
    {
        _domain.Register("alice");
        Assert.True(Arrive("c1", TestDomain.Gateway, invitedMs: 1_000).IsOk);
        Assert.Equal(CallState.Ringing, _domain.Call("c1")!.State);

        Assert.True(Arrive("c2", Other, invitedMs: 3_500).IsOk);

        Assert.Equal((CallOutcome.Failed, OverflowReason.CameAgain), (_domain.Detail("c1").Call.Outcome, _domain.Detail("c1").Call.EndReason));
        Assert.Equal((CallState.Ringing, 0), (_domain.Call("c2")!.State, _domain.Agent("alice").Missed));
        Assert.Contains(_domain.Effects, static effect => effect is WithdrawOffer { Cause: WithdrawCause.CallMoved });
        Assert.Contains(_domain.Effects, static effect => effect is ReleaseCall release && release.Call == CallId.Of("c1"));
        Assert.Equal(TestDomain.Offer("c2"), _domain.Effects.OfType<OfferCall>().Last().Offer);
        Assert.Equal(ReplyCode.Gone, _domain.Answer("c1").Code);
        Assert.True(_domain.Answer("c2").IsOk);
    }

    [Fact]
    public void It_is_so_for_a_call_that_waits_or_is_suspended_and_after_the_domain_was_loaded_again()
    {
        Arrive("c1", TestDomain.Gateway, invitedMs: 1_000);
        _domain.Reload();
        Arrive("c2", Other, invitedMs: 3_500);
        Assert.Equal(OverflowReason.CameAgain, _domain.Detail("c1").Call.EndReason);

        _domain.Wait(LeaseMs);
        Assert.NotNull(_domain.Call("c2")!.SuspendedMs);
        _domain.Send(new GatewayStarted(TestDomain.Gateway, 2, LeaseMs, 60_000));
        Arrive("c3", TestDomain.Gateway, invitedMs: 9_000);
        Assert.Equal(OverflowReason.CameAgain, _domain.Detail("c2").Call.EndReason);
        Assert.Null(_domain.Call("c3")!.SuspendedMs);
    }

    [Fact]
    public void Word_of_the_first_that_was_long_on_its_way_does_not_end_the_second()
    {
        Arrive("c2", Other, invitedMs: 3_500);

        Assert.Equal(ReplyCode.Gone, Arrive("c1", TestDomain.Gateway, invitedMs: 1_000).Code);

        Assert.Equal(CallState.Waiting, _domain.Call("c2")!.State);
        Assert.Null(_domain.Call("c1"));
    }

    [Fact]
    public void The_place_in_line_stays_the_caller_s_and_nobody_is_overtaken()
    {
        Arrive("c1", TestDomain.Gateway, invitedMs: 1_000);
        CallView former = _domain.Call("c1")!;
        _domain.Arrive("same-moment");
        _domain.Wait(2_000);
        _domain.Arrive("later");

        Arrive("c2", Other, invitedMs: 3_500);
        _domain.Reload();

        CallView heir = _domain.Call("c2")!;
        Assert.Equal(
            (former.ArrivedMs, former.OrderMs, former.OrderNumber, former.EnqueuedMs, former.Priority, former.Queue),
            (heir.ArrivedMs, heir.OrderMs, heir.OrderNumber, heir.EnqueuedMs, heir.Priority, heir.Queue));
        Assert.Contains(_domain.Effects, static effect => effect is AnswerCaller answer && answer.Call == CallId.Of("c2"));
        _domain.Register("alice");
        Assert.Equal((CallState.Ringing, CallState.Waiting), (_domain.Call("c2")!.State, _domain.Call("same-moment")!.State));
    }

    [Fact]
    public void The_time_out_and_the_wait_go_on_and_silence_is_no_wait()
    {
        DomainConfiguration demo = Configurations.Demo();
        var domain = new TestDomain(demo with { Queues = [.. demo.Queues.Select(static queue => queue with { TimeoutMs = 30_000, OverflowTo = null })] });
        domain.Send(new GatewayStarted(TestDomain.Gateway, 1, LeaseMs, 60_000));
        domain.Send(new GatewayStarted(Other, 1, 0, 60_000));
        Arrive(domain, "c1", TestDomain.Gateway, invitedMs: 1_000);
        domain.Wait(LeaseMs);
        Assert.NotNull(domain.Call("c1")!.SuspendedMs);
        domain.Wait(4_000);

        Arrive(domain, "c2", Other, invitedMs: 11_000);

        domain.Wait(30_000 - LeaseMs - 1);
        Assert.Equal(CallState.Waiting, domain.Call("c2")!.State);
        domain.Wait(1);
        Assert.Equal((CallOutcome.Rejected, OverflowReason.Wait), (domain.Detail("c2").Call.Outcome, domain.Detail("c2").Call.EndReason));
    }

    [Fact]
    public void Who_was_led_on_to_another_queue_goes_on_there()
    {
        DomainConfiguration demo = Configurations.Demo();
        QueueId next = demo.Queues[1].Id;
        var domain = new TestDomain(demo with { Queues = [demo.Queues[0] with { TimeoutMs = 5_000, OverflowTo = next }, .. demo.Queues.Skip(1)] });
        Arrive(domain, "c1", TestDomain.Gateway, invitedMs: 1_000);
        domain.Wait(5_000);
        Assert.Equal(next, domain.Call("c1")!.Queue);

        Arrive(domain, "c2", Other, invitedMs: 6_500);

        Assert.Equal((CallState.Waiting, next), (domain.Call("c2")!.State, domain.Call("c2")!.Queue));
    }

    [Fact]
    public void The_counters_add_up_with_the_former_as_failed()
    {
        _domain.Register("alice");
        Arrive("c1", TestDomain.Gateway, invitedMs: 1_000);
        Arrive("c2", Other, invitedMs: 3_500);
        _domain.Answer("c2");

        DomainView view = _domain.Machine.Snapshot().Domain;
        Assert.Equal((2, 1, 1, 0), (view.Offered, view.Failed, view.Talking, view.Waiting));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_older_invite_told_late_makes_no_second_call_whatever_the_newer_one_does(bool isAnnounced)
    {
        DomainConfiguration demo = Configurations.Demo();
        var domain = new TestDomain(isAnnounced ? demo with
        {
            Announcements = [new AnnouncementConfiguration { Name = "sorry", Law = AudioLaw.Pcma, Audio = new byte[80_000] }],
            Numbers = [.. demo.Numbers.Select(static number => number.Number == "1000" ? number with { Queue = null, Otherwise = new RouteTarget(Announcement: "sorry") } : number)],
        } : demo);
        Arrive(domain, "c2", Other, invitedMs: 3_500);
        CallState state = domain.Call("c2")!.State;
        Assert.Equal(isAnnounced ? CallState.Announcing : CallState.Waiting, state);

        Assert.Equal(ReplyCode.Gone, Arrive(domain, "c1", TestDomain.Gateway, invitedMs: 1_000).Code);

        Assert.Equal(state, domain.Call("c2")!.State);
        Assert.Null(domain.Call("c1"));
    }

    [Fact]
    public void A_conversation_goes_on()
    {
        _domain.Register("alice");
        Arrive("c1", TestDomain.Gateway, invitedMs: 1_000);
        _domain.Answer("c1");

        Assert.Equal(ReplyCode.Gone, Arrive("c2", Other, invitedMs: 3_500).Code);

        Assert.Equal(CallState.Talking, _domain.Call("c1")!.State);
    }

    [Fact]
    public void Calls_of_other_names_of_none_or_of_the_same_gateway_are_calls_of_their_own()
    {
        Arrive("c1", TestDomain.Gateway, invitedMs: 1_000);
        Arrive("c2", Other, invitedMs: 2_000, invite: "another");
        Arrive("c3", TestDomain.Gateway, invitedMs: 3_000);
        _domain.Arrive("c4");
        _domain.Arrive("c5");

        Assert.All(new[] { "c1", "c2", "c3", "c4", "c5" }, call => Assert.Equal(CallState.Waiting, _domain.Call(call)!.State));
    }

    private CommandReply Arrive(string call, GatewayId gateway, long invitedMs, string invite = "invite") => Arrive(_domain, call, gateway, invitedMs, invite);

    private static CommandReply Arrive(TestDomain domain, string call, GatewayId gateway, long invitedMs, string invite = "invite") => domain.Send(new CallArrived
    {
        Call = CallId.Of(call),
        Gateway = gateway,
        Dnis = "1000",
        Ani = "+4930124",
        Leg = TestDomain.Leg("caller"),
        Invite = invite,
        InvitedMs = invitedMs,
    });
}
