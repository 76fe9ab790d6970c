using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Gateway.Telephony;
using Routing.Gateway.Tests.Telephony.Rig;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>Somebody hangs up while the store stalls, is answered, and then the process dies: it must not be forgotten.</summary>
public sealed class JournalTests
{
    private const int RingTimeoutMs = 60_000;
    private static readonly byte[] CallerSdp = Phone.Sdp("127.0.0.2", 40_000);
    private static readonly TimeSpan DownTime = TimeSpan.FromSeconds(2);
    private readonly MemoryJournal _journal = new();

    [Fact]
    public async Task A_caller_who_gave_up_is_not_served_after_a_restart()
    {
        await using var rig = await CrashRig.StartAsync(RingTimeoutMs, DownTime, _journal, "alice");
        var (caller, alice) = await RingAsync(rig);
        rig.DiesAtPoint = CrashPoint.AfterReject;
        rig.WhileDown = () => rig.IsStalled = false;
        rig.IsStalled = true;
        caller.Phone.Call!.Cancel();

        await rig.UntilAsync(() => rig.Deaths.Count > 0, "dead");
        long restartedMs = rig.NowMs;
        await rig.UntilAsync(() => alice.Phone.Cancels.Count > 0, "the phone is quiet");

        Assert.InRange(rig.NowMs - restartedMs, 0, 1_000);
        Assert.Contains(487, caller.Refusals);
        Assert.Equal(1, rig.Snapshot.Gateway[SipGatewayCounter.EndsReplayed]);
        var counts = (await rig.DomainAsync()).Domain;
        Assert.Equal((0, 1, 0), (counts.Answered, counts.Abandoned, counts.Failed));
        Assert.Equal(0, _journal.Count);
        await rig.PassAsync(TimeSpan.FromMinutes(3));
        rig.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_hung_up_a_conversation_was_not_lost_but_hung_up(bool isAgent)
    {
        await using var rig = await CrashRig.StartAsync(RingTimeoutMs, DownTime, _journal, "alice");
        var (caller, alice) = await RingAsync(rig);
        alice.PickUp(rig.NowMs);
        await rig.UntilAsync(() => caller.IsInDialog && alice.Phone.Acks.Count > 0, "connected");
        rig.DiesAtPoint = CrashPoint.AfterByeAnswer;
        rig.WhileDown = () => rig.IsStalled = false;
        rig.IsStalled = true;
        (isAgent ? alice : caller).HangUp();

        await rig.UntilAsync(() => rig.Deaths.Count > 0, "dead");
        await rig.UntilAsync(() => (isAgent ? caller : alice).ByesReceived > 0, "the other side is free");

        Assert.Equal(0, rig.Snapshot.Gateway[SipGatewayCounter.AuditsFailed]);
        await rig.PassAsync(TimeSpan.FromMinutes(3));
        Assert.Empty((await rig.DomainAsync()).Calls);
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Nothing_is_written_while_the_store_works_and_nothing_stays_when_it_works_again()
    {
        await using var rig = await CrashRig.StartAsync(RingTimeoutMs, DownTime, _journal, "alice");
        var (first, _) = await RingAsync(rig);
        first.Phone.Call!.Cancel();
        await rig.PassAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(0, _journal.Written);

        var second = rig.NewRobot("second", 4);
        second.Phone.Invite(CrashRig.Number, CallerSdp);
        await rig.UntilAsync(() => second.Phone.Statuses.Contains(180), "ringing");
        rig.IsStalled = true;
        second.Phone.Call!.Cancel();
        await rig.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _journal.Count);
        Assert.Contains(487, second.Refusals);

        rig.IsStalled = false;
        await rig.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal((1, 0), (_journal.Written, _journal.Count));
    }

    [Fact]
    public async Task A_hang_up_is_in_the_journal_before_it_is_answered()
    {
        await using var rig = await CrashRig.StartAsync(RingTimeoutMs, DownTime, _journal, "alice");
        var (caller, _) = await RingAsync(rig);
        rig.IsStalled = true;
        caller.Phone.Call!.Cancel();

        await rig.UntilAsync(() => _journal.Count > 0, "written");

        Assert.DoesNotContain(487, caller.Refusals);
        await rig.UntilAsync(() => caller.Refusals.Contains(487), "answered", limitMs: 1_500);
        rig.IsStalled = false;
    }

    [Fact]
    public async Task What_the_domain_heard_of_already_or_never_changes_nothing_and_what_is_of_another_domain_stays()
    {
        await using var rig = await CrashRig.StartAsync(RingTimeoutMs, DownTime, _journal, "alice");
        var (caller, alice) = await RingAsync(rig);
        alice.PickUp(rig.NowMs);
        await rig.UntilAsync(() => caller.IsInDialog && alice.Phone.Acks.Count > 0, "connected");
        var call = rig.LastCall;
        caller.HangUp();
        await rig.UntilAsync(() => alice.ByesReceived > 0, "ended");
        var before = (await rig.DomainAsync()).Domain;
        rig.WhileDown = () =>
        {
            _journal.TryWrite(new(CrashRig.Domain, new CallerLeft(call, CallerLeaveCause.Cancelled)));
            _journal.TryWrite(new(CrashRig.Domain, new AgentLegEnded(new(call, 1), AgentLegEndCause.Lost)));
            _journal.TryWrite(new(CrashRig.Domain, new CallerLeft(CallId.Of("never-was"), CallerLeaveCause.HungUp)));
            _journal.TryWrite(new(DomainId.Of("elsewhere"), new CallerLeft(call, CallerLeaveCause.HungUp)));
        };

        var next = rig.NewRobot("next", 9);
        await rig.DieAtNextAsync(() => next.Phone.Invite(CrashRig.Number, CallerSdp));
        await rig.UntilAsync(() => alice.RungFor.Contains("next"), "work goes on");

        var after = (await rig.DomainAsync()).Domain;
        Assert.Equal((before.Answered, before.Abandoned, before.Failed), (after.Answered, after.Abandoned, after.Failed));
        Assert.Equal((3, 1), (rig.Snapshot.Gateway[SipGatewayCounter.EndsReplayed], _journal.Count));

        // Also when something of this life was written and committed.
        rig.IsStalled = true;
        next.Phone.Call!.Cancel();
        await rig.UntilAsync(() => _journal.Count == 2, "written");
        rig.IsStalled = false;
        await rig.UntilAsync(() => _journal.Count == 1, "committed");
        Assert.Equal(DomainId.Of("elsewhere"), Assert.Single(_journal.Read()).Domain);
    }

    private static async Task<(Robot Caller, Robot Alice)> RingAsync(CrashRig rig)
    {
        var caller = rig.NewRobot("caller", 2);
        var alice = rig.NewRobot("alice", 3);
        alice.Answers = false;
        await rig.RegisterAsync("alice", 3);
        caller.Phone.Invite(CrashRig.Number, CallerSdp);
        await rig.UntilAsync(() => alice.RungCallIds.Count > 0 && caller.Phone.Statuses.Contains(180), "ringing");
        return (caller, alice);
    }
}
