using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Gateway.Telephony;
using Routing.Gateway.Tests.Telephony.Rig;
using Xunit;
using Xunit.Sdk;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>
/// The process dies at every crash point of a call's story, one run for each, and is started again two seconds later. However it died: the call has one
/// outcome, the expected one, nobody is answered twice, every leg hears of its end, and nothing is left over.
/// </summary>
public sealed class CrashTests
{
    private const int LongRingMs = 20_000;
    private static readonly byte[] CallerSdp = Phone.Sdp("127.0.0.2", 40_000);
    private static readonly TimeSpan DownTime = TimeSpan.FromSeconds(2);

    private delegate Task Story(Robot caller, Robot alice, Func<Func<bool>, string, Task> until, Func<Command, Task> command);

    [Fact]
    public Task A_call_to_a_free_agent_who_hangs_up() => EverywhereAsync(registered: true, expectsAnswer: true, async (caller, alice, until, _) =>
    {
        caller.Phone.Invite(CrashRig.Number, CallerSdp);
        await until(() => caller.IsInDialog && alice.Phone.Acks.Count > 0, "connected");
        alice.HangUp();
        await until(() => caller.IsOver, "the caller hears of the end");
    });

    [Fact]
    public Task A_call_that_waits_and_is_ended_by_the_caller() => EverywhereAsync(registered: false, expectsAnswer: true, async (caller, alice, until, command) =>
    {
        caller.Phone.Invite(CrashRig.Number, CallerSdp);
        await until(() => caller.IsInDialog, "on hold");
        await command(Registration);
        await until(() => alice.Phone.Acks.Count > 0 && caller.Phone.Acks.Count > 0, "connected");
        caller.HangUp();
        await until(() => alice.IsOver, "the agent hears of the end");
    });

    [Fact]
    public Task A_caller_who_gives_up_while_it_rings() => EverywhereAsync(registered: true, expectsAnswer: false, async (caller, alice, until, _) =>
    {
        alice.Answers = false;
        caller.Phone.Invite(CrashRig.Number, CallerSdp);
        await until(() => alice.RungCallIds.Count > 0 && caller.Phone.Statuses.Contains(180), "ringing");
        caller.Phone.Call!.Cancel();
        await until(() => caller.Refusals.Contains(487) && alice.Phone.Cancels.Count > 0, "cancelled everywhere");
    });

    [Fact]
    public Task A_phone_that_nobody_answers_is_told_to_stop_and_the_call_goes_on() => EverywhereAsync(registered: true, expectsAnswer: false, expectsHold: true, async (caller, alice, until, _) =>
    {
        alice.Answers = false;
        caller.Phone.Invite(CrashRig.Number, CallerSdp);
        await until(() => caller.IsInDialog && alice.Phone.Cancels.Count > 0, "on hold, and the phone is quiet");
        caller.HangUp();
    });

    [Fact]
    public async Task A_caller_who_gave_up_before_the_answer_came_is_found_out_soon_after_a_restart()
    {
        await using var rig = await CrashRig.StartAsync(LongRingMs, DownTime, "alice");
        var caller = rig.NewRobot("caller", 2);
        var alice = rig.NewRobot("alice", 3);
        await rig.CommandAsync(Registration);
        caller.HasGivenUp = true;
        caller.Phone.Invite(CrashRig.Number, CallerSdp);
        await rig.UntilAsync(() => caller.Phone.Statuses.Contains(200), "answered");
        await rig.DieAtNextAsync(() => caller.Phone.Invite(CrashRig.Number, CallerSdp));
        long restartedMs = rig.NowMs;

        await rig.UntilAsync(() => alice.ByesReceived > 0, "the agent is free again");

        Assert.InRange(rig.NowMs - restartedMs, 0, 5_000);
    }

    [Fact]
    public async Task An_answer_that_was_never_acknowledged_leaves_no_transaction_when_its_call_is_ended_again_after_a_restart()
    {
        await using var rig = await CrashRig.StartAsync(LongRingMs, DownTime, "alice");
        var caller = rig.NewRobot("caller", 2);
        caller.HasGivenUp = true;
        caller.Phone.Invite(CrashRig.Number, CallerSdp);
        await rig.UntilAsync(() => caller.Phone.Statuses.Contains(200), "answered with hold media");
        await rig.DieAtNextAsync(() => caller.Phone.Invite(CrashRig.Number, CallerSdp));
        await rig.UntilAsync(() => caller.ByesReceived > 0, "the silent caller is found out");
        await rig.DieAtNextAsync(() => caller.Phone.Invite(CrashRig.Number, CallerSdp));

        await rig.PassAsync(TimeSpan.FromMinutes(3));

        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task The_end_of_a_call_is_not_said_again_by_every_life_when_lives_are_short()
    {
        await using var rig = await CrashRig.StartAsync(LongRingMs, DownTime, "alice");
        var caller = rig.NewRobot("caller", 2);
        var waiting = rig.NewRobot("waiting", 4);
        caller.Phone.Invite(CrashRig.Number, CallerSdp);
        await rig.UntilAsync(() => caller.IsInDialog, "on hold");
        caller.HangUp();
        await rig.PassAsync(TimeSpan.FromSeconds(1));
        await rig.DieAtNextAsync(() => waiting.Phone.Invite(CrashRig.Number, CallerSdp));
        await rig.PassAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(1, rig.Snapshot.Gateway[SipGatewayCounter.CallsEndedAgain]);

        await rig.DieAtNextAsync(waiting.HangUp);

        Assert.Equal(0, rig.Snapshot.Gateway[SipGatewayCounter.CallsEndedAgain]);
        await rig.PassAsync(TimeSpan.FromMinutes(3));
        rig.AssertNothingIsLeft();
    }

    private static RegisterPhone Registration { get; } = new()
    {
        Agent = AgentId.Of("alice"),
        Gateway = GatewayId.Of("gw"),
        SipCallId = "reg-alice",
        CSeq = 1,
        Changes = [new BindingChange("sip:alice@127.0.0.3:5070", 3_600, null, "127.0.0.3:5070", null, null, [])],
    };

    private static Task EverywhereAsync(bool registered, bool expectsAnswer, Story story) => EverywhereAsync(registered, expectsAnswer, expectsHold: false, story);

    private static Task EverywhereAsync(bool registered, bool expectsAnswer, bool expectsHold, Story story) =>
        CrashSweep.RunAsync(9, deaths => RunAsync(registered, expectsAnswer, expectsHold, story, deaths));

    private static async Task<int> RunAsync(bool registered, bool expectsAnswer, bool expectsHold, Story story, params int[] deaths)
    {
        await using var rig = await CrashRig.StartAsync(LongRingMs, DownTime, "alice");
        try
        {
            return await RunAsync(rig, registered, expectsAnswer, expectsHold, story, deaths);
        }
        catch (XunitException exception)
        {
            throw new InvalidOperationException($"died {string.Join(", ", rig.Deaths)}: {exception.Message}", exception);
        }
    }

    private static async Task<int> RunAsync(CrashRig rig, bool registered, bool expectsAnswer, bool expectsHold, Story story, int[] deaths)
    {
        var caller = rig.NewRobot("caller", 2);
        var alice = rig.NewRobot("alice", 3);
        if (registered)
        {
            await rig.CommandAsync(Registration);
        }

        foreach (int at in deaths)
        {
            rig.DiesAt.Enqueue(at);
        }

        await story(caller, alice, (condition, what) => rig.UntilAsync(condition, what), rig.CommandAsync);
        await rig.PassAsync(TimeSpan.FromMinutes(3));
        var domain = await rig.DomainAsync();
        Assert.Empty(domain.Calls);
        Assert.Equal(1, domain.Domain.Offered);
        Assert.Equal(expectsAnswer ? (1L, 0L) : (0L, 1L), (domain.Domain.Answered, domain.Domain.Abandoned));
        Assert.Equal(expectsAnswer || expectsHold ? 1 : 0, caller.AnswerTags.Count);
        Assert.Single(alice.RungCallIds);
        Assert.True(!alice.IsInDialog && !caller.IsInDialog, "a leg never heard of the end");
        rig.AssertNothingIsLeft();
        return rig.Passed.Count;
    }
}
