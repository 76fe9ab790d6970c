using Routing.Gateway.Telephony;
using Routing.Gateway.Tests.Telephony.Rig;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>
/// The list of faults is complete: one day in the life of a gateway passes every crash point, the restart itself included, and whichever it dies at, no call is lost and nothing
/// is left. A crash point that no story passes fails here.
/// </summary>
public sealed class CrashPointTests
{
    private const int RingTimeoutMs = 20_000;
    private static readonly byte[] CallerSdp = Phone.Sdp("127.0.0.2", 40_000);
    private static readonly TimeSpan DownTime = TimeSpan.FromSeconds(2);

    /// <summary>Every transaction and every time-out of ringing is over.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(45);

    public static TheoryData<string> Points => new(Enum.GetNames<CrashPoint>());

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Whoever_dies_there_loses_no_call_and_leaves_nothing(string point)
    {
        MemoryJournal journal = new();
        await using var rig = await CrashRig.StartAsync(RingTimeoutMs, DownTime, journal, "alice");
        rig.WhileDown = () => rig.IsStalled = false;
        rig.DiesAtPoint = Enum.Parse<CrashPoint>(point);
        var alice = rig.NewRobot("alice", 3);

        await WaitTalkAndHangUpInAnOutageAsync(rig, alice, journal);
        await rig.PassAsync(Quiet);
        await GiveUpWhileItRingsAsync(rig, alice);
        await rig.PassAsync(Quiet);
        await AnswerWhileTheCallerGivesUpAsync(rig, alice);
        await rig.PassAsync(Quiet);
        await AnswerWhileNobodyListensAsync(rig, alice);
        await rig.PassAsync(TimeSpan.FromMinutes(4));

        Assert.Contains(Enum.Parse<CrashPoint>(point), rig.Deaths);
        var domain = await rig.DomainAsync();
        Assert.Empty(domain.Calls);
        var counts = domain.Domain;
        Assert.Equal((4, 4), (counts.Offered, counts.Answered + counts.Abandoned + counts.Failed));
        Assert.Equal(1, counts.Answered);
        Assert.False(alice.IsInDialog, "the agent never heard of the end");
        Assert.Equal(0, alice.UnacknowledgedCount);
        Assert.Equal(0, journal.Count);
        rig.AssertNothingIsLeft();
    }

    /// <summary>Tone, agent, hold, a death in the middle of it, and a hang-up that only the journal knows at the next.</summary>
    private static async Task WaitTalkAndHangUpInAnOutageAsync(CrashRig rig, Robot alice, MemoryJournal journal)
    {
        var caller = rig.NewRobot("caller", 2);
        caller.Phone.Invite(CrashRig.Number, CallerSdp);
        await rig.UntilAsync(() => caller.IsInDialog, "on hold");
        await PhoneRegistration.RunAsync(rig, alice);
        await rig.UntilAsync(() => alice.IsInDialog && alice.UnacknowledgedCount == 0, "connected");
        caller.Change(Phone.Sdp("127.0.0.2", 40_000, direction: "sendonly"));
        await rig.UntilAsync(() => caller.IsChanged && alice.UnacknowledgedCount == 0, "held");
        await rig.DieAtNextAsync(() => caller.Change(CallerSdp));
        await rig.PassAsync(Quiet);
        Assert.True(alice.IsInDialog && caller.IsInDialog, "the conversation was lost");

        int deaths = rig.Deaths.Count;
        rig.IsStalled = true;
        caller.HangUp();
        await rig.UntilAsync(() => journal.Count > 0 || rig.Deaths.Count > deaths, "in the journal");
        if (rig.Deaths.Count == deaths)
        {
            await rig.DieAtNextAsync(static () => { });
        }

        await rig.UntilAsync(() => alice.ByesReceived > 0, "the agent is free");
    }

    private static async Task GiveUpWhileItRingsAsync(CrashRig rig, Robot alice)
    {
        alice.Answers = false;
        var caller = await RingAsync(rig, alice, "impatient", 4);
        caller.Phone.Call!.Cancel();
        await rig.UntilAsync(() => caller.Refusals.Contains(487), "given up");
    }

    private static async Task AnswerWhileTheCallerGivesUpAsync(CrashRig rig, Robot alice)
    {
        alice.Phone.AnswersCancel = false;
        var caller = await RingAsync(rig, alice, "crossing", 5);
        caller.Phone.Call!.Cancel();
        alice.PickUp(rig.NowMs);
        await rig.UntilAsync(() => caller.Refusals.Contains(487) && !alice.IsInDialog, "given up, and the agent is free");
    }

    private static async Task AnswerWhileNobodyListensAsync(CrashRig rig, Robot alice)
    {
        var caller = await RingAsync(rig, alice, "unheard", 6);
        bool isPickedUp = false;
        rig.WhileDown = () =>
        {
            if (!isPickedUp)
            {
                alice.PickUp(rig.NowMs);
            }

            isPickedUp = true;
        };
        rig.DiesAt.Enqueue(rig.Passed.Count + 3);
        caller.Phone.Call!.Cancel();
        await rig.UntilAsync(() => caller.Refusals.Contains(487) && isPickedUp && !alice.IsInDialog, "given up, and the agent is free");
    }

    private static async Task<Robot> RingAsync(CrashRig rig, Robot alice, string name, int host)
    {
        var caller = rig.NewRobot(name, host);
        caller.Phone.Invite(CrashRig.Number, Phone.Sdp($"127.0.0.{host}", 40_000));
        await rig.UntilAsync(() => alice.RungFor.Contains(name) && caller.Phone.Statuses.Contains(180), name + " rings");
        return caller;
    }
}
