using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Transport;
using Xunit;
using Xunit.Sdk;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>
/// As <see cref="CrashTests"/>, for what is more than the story of one call: a phone that registers, a change of the conversation, several callers at once, a caller
/// whose connection dies with the process.
/// </summary>
public sealed class CrashStoryTests
{
    private const int RingTimeoutMs = 20_000;
    private static readonly byte[] CallerSdp = Phone.Sdp("127.0.0.2", 40_000);
    private static readonly TimeSpan DownTime = TimeSpan.FromSeconds(2);

    [Fact]
    public Task A_phone_that_registers_is_registered_once_it_was_told_so() => CrashSweep.RunAsync(4, deaths => RunAsync(deaths, async (rig, caller, alice) =>
    {
        await PhoneRegistration.RunAsync(rig, alice);
        caller.Phone.Invite(CrashRig.Number, CallerSdp);
        await rig.UntilAsync(() => caller.IsInDialog && alice.IsInDialog, "connected");
        Assert.Equal(1, (await rig.DomainAsync()).Agents[0].Phones);
        caller.HangUp();
        await rig.UntilAsync(() => alice.IsOver, "the agent hears of the end");
        return (1, 0);
    }));

    [Fact]
    public Task A_hold_in_progress_is_finished_or_asked_again_and_the_agent_knows_of_it_in_the_end() => CrashSweep.RunAsync(15, deaths => RunAsync(deaths, async (rig, caller, alice) =>
    {
        await rig.RegisterAsync("alice", 3);
        caller.Phone.Invite(CrashRig.Number, CallerSdp);
        await rig.UntilAsync(() => caller.IsInDialog && alice.Phone.Acks.Count > 0, "connected");
        caller.Change(Phone.Sdp("127.0.0.2", 40_000, direction: "sendonly"));
        await rig.UntilAsync(() => caller.IsChanged && alice.UnacknowledgedCount == 0, "held");
        await rig.PassAsync(TimeSpan.FromSeconds(10));
        Assert.Contains("a=sendonly", alice.Heard, StringComparison.Ordinal);
        caller.HangUp();
        await rig.UntilAsync(() => alice.IsOver, "the agent hears of the end");
        return (1, 0);
    }));

    [Fact]
    public Task Callers_of_a_burst_are_served_in_the_order_in_which_they_came() => CrashSweep.RunAsync(30, deaths => RunAsync(deaths, async (rig, _, alice) =>
    {
        string[] names = ["first", "second", "third", "fourth"];
        Robot[] callers = [.. names.Select((name, index) => rig.NewRobot(name, 20 + index))];
        foreach (var caller in callers)
        {
            caller.Phone.Invite(CrashRig.Number, CallerSdp);
        }

        await rig.UntilAsync(() => callers.All(static caller => caller.IsInDialog), "all wait");
        await rig.RegisterAsync("alice", 3);
        foreach (string name in names)
        {
            await rig.UntilAsync(() => alice.IsInDialog && alice.RungFor[^1] == name && alice.UnacknowledgedCount == 0, name + " is served");
            alice.HangUp();
        }

        await rig.UntilAsync(() => callers.All(static caller => caller.IsOver), "all are done");
        Assert.Equal(names, alice.RungFor);
        return (names.Length, 0);
    }));

    /// <summary>
    /// The connection dies with the process. Who is in the call comes again over another; who was not answered yet has lost the call (RFC 3261 §17.1.4), and
    /// nobody is kept for it.
    /// </summary>
    [Fact]
    public Task A_caller_whose_connection_died_ends_the_call_over_a_new_one_or_is_found_out() => CrashSweep.RunAsync(9, deaths => RunAsync(deaths, async (rig, _, alice) =>
    {
        await rig.RegisterAsync("alice", 3);
        var caller = rig.NewRobot("caller", 4, SipTransportKind.Tcp);
        caller.Phone.Invite(CrashRig.Number + ";transport=tcp", CallerSdp);
        await rig.UntilAsync(() => caller.HasGivenUp || (caller.IsInDialog && alice.IsInDialog), "connected, or given up");
        bool isConnected = !caller.HasGivenUp;
        if (isConnected)
        {
            caller.HangUp();
        }

        await rig.UntilAsync(() => !alice.IsInDialog && alice.UnacknowledgedCount == 0, "the agent is free");
        Assert.True(isConnected || deaths.Length > 0, "the connection stayed");
        return isConnected ? (1, 0) : null;
    }));

    private static async Task<int> RunAsync(int[] deaths, Func<CrashRig, Robot, Robot, Task<(long Answered, long Abandoned)?>> story)
    {
        await using var rig = await CrashRig.StartAsync(RingTimeoutMs, DownTime, "alice");
        try
        {
            var caller = rig.NewRobot("caller", 2);
            var alice = rig.NewRobot("alice", 3);
            foreach (int at in deaths)
            {
                rig.DiesAt.Enqueue(at);
            }

            var expected = await story(rig, caller, alice);
            await rig.PassAsync(TimeSpan.FromMinutes(3));
            var domain = await rig.DomainAsync();
            Assert.Empty(domain.Calls);
            var counts = domain.Domain;
            Assert.Equal(counts.Offered, counts.Answered + counts.Abandoned + counts.Failed);
            if (expected is { } outcome)
            {
                Assert.Equal(outcome, (counts.Answered, counts.Abandoned));
            }

            Assert.False(alice.IsInDialog, "a leg never heard of the end");
            rig.AssertNothingIsLeft();
            return rig.Passed.Count;
        }
        catch (XunitException exception)
        {
            throw new InvalidOperationException($"died {string.Join(", ", rig.Deaths)}: {exception.Message}", exception);
        }
    }
}
