using Routing.Gateway.Telephony;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>Messages that come late, twice, crossing others or the end of a process, and those that ask for what we do not do.</summary>
public sealed class LateMessageTests
{
    private const int RingTimeoutMs = 20_000;
    private static readonly byte[] CallerSdp = Phone.Sdp("127.0.0.2", 40_000);
    private static readonly TimeSpan DownTime = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(SipMethod.Refer, 405)]
    [InlineData(SipMethod.Prack, 481)]
    [InlineData("SUBSCRIBE", 405)]
    [InlineData("MESSAGE", 405)]
    [InlineData("NOTIFY", 405)]
    [InlineData("FOO", 501)]
    [InlineData(SipMethod.Update, 200)]
    [InlineData(SipMethod.Options, 200)]
    public async Task Requests_inside_calls_get_the_answer_of_their_method_and_the_call_goes_on(string method, int status)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Connect();

        rig.Do(() => rig.Caller.Ask(method));

        Assert.Equal((status, method), (rig.Caller.LastResponse.StatusCode, rig.Caller.LastResponse.CSeq.Method));
        Assert.True(status is not (405 or 501) || rig.Caller.LastResponse.Headers[HeaderId.Allow] is not null);
        Assert.Equal(1, rig.Gateway.Snapshot().CallsConnected);
    }

    [Fact]
    public async Task Digits_of_a_caller_who_waits_are_accepted_and_go_nowhere()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Hold();

        rig.Do(() => rig.Caller.Ask(SipMethod.Info, "Signal=5\r\n"u8.ToArray(), "application/dtmf-relay"));

        Assert.Equal(200, rig.Caller.LastResponse.StatusCode);
        Assert.Equal(1, rig.Gateway.Snapshot().CallsOnHold);
    }

    /// <summary>
    /// However the process dies between the BYE and its answer, the BYE that comes again is answered, and the end is counted once. One that nobody had noted comes again only after the
    /// audit has found the caller gone: then nothing is there to hang up.
    /// </summary>
    [Theory]
    [InlineData(nameof(CrashPoint.BeforeCommit), 481)]
    [InlineData(nameof(CrashPoint.AfterCommit), 200)]
    [InlineData(nameof(CrashPoint.BeforeByeAnswer), 200)]
    public async Task A_bye_that_comes_again_over_a_restart_is_answered_and_ends_the_call_once(string point, int status)
    {
        await using var rig = await CrashRig.StartAsync(RingTimeoutMs, DownTime, "alice");
        var (caller, alice) = await ConnectAsync(rig);
        rig.DiesAtPoint = Enum.Parse<CrashPoint>(point);
        caller.HangUp();

        await rig.UntilAsync(() => caller.Phone.Responses.Exists(static response => response.CSeq.Method == SipMethod.Bye), "an answer to BYE");

        Assert.Single(rig.Deaths);
        Assert.Equal(status, caller.Phone.Responses.First(static response => response.CSeq.Method == SipMethod.Bye).StatusCode);
        await rig.UntilAsync(() => alice.ByesReceived > 0, "the agent hears of the end");
        await AssertOverAsync(rig, answered: 1, abandoned: 0);
        Assert.Equal(1, alice.ByesReceived);
    }

    /// <summary>The 200 is committed and never left; the caller gives up while nobody listens. The CANCEL comes too late (RFC 3261 §9.2): 200 to it, 200 to the INVITE, and BYE is the caller's business.</summary>
    [Fact]
    public async Task A_cancel_that_crosses_the_200_of_a_call_over_a_restart_is_answered_and_changes_nothing()
    {
        await using var rig = await CrashRig.StartAsync(RingTimeoutMs, DownTime, "alice");
        var caller = rig.NewRobot("caller", 2);
        var alice = rig.NewRobot("alice", 3);
        rig.DiesAtPoint = CrashPoint.BeforeAnswer;
        rig.WhileDown = () => caller.Phone.Call!.Cancel();
        caller.Phone.Invite(CrashRig.Number, CallerSdp);

        await rig.UntilAsync(() => caller.IsInDialog, "answered after all");

        Assert.Single(rig.Deaths);
        Assert.DoesNotContain(caller.Phone.Statuses, static status => status == 481);
        Assert.Empty(caller.Refusals);
        caller.HangUp();
        await AssertOverAsync(rig, answered: 0, abandoned: 1);
        Assert.Empty(alice.RungCallIds);
    }

    [Theory]
    [InlineData(nameof(CrashPoint.BeforeReinvite))]
    [InlineData(nameof(CrashPoint.AfterReinvite))]
    [InlineData(nameof(CrashPoint.BeforeReinviteAck))]
    [InlineData(nameof(CrashPoint.BeforeReinviteAnswer))]
    [InlineData(nameof(CrashPoint.AfterReinviteAnswer))]
    public async Task A_caller_who_takes_a_call_back_from_hold_while_the_process_dies_is_heard_in_the_end(string point)
    {
        await using var rig = await CrashRig.StartAsync(RingTimeoutMs, DownTime, "alice");
        var (caller, alice) = await ConnectAsync(rig);
        caller.Change(Phone.Sdp("127.0.0.2", 40_000, direction: "sendonly"));
        await rig.UntilAsync(() => caller.IsChanged && alice.Heard.Contains("a=sendonly", StringComparison.Ordinal) && alice.UnacknowledgedCount == 0, "held");
        rig.DiesAtPoint = Enum.Parse<CrashPoint>(point);
        caller.Change(Phone.Sdp("127.0.0.2", 40_000));

        await rig.UntilAsync(() => rig.Deaths.Count == 1, "dead");
        await rig.UntilAsync(() => !alice.Heard.Contains("a=sendonly", StringComparison.Ordinal) && alice.UnacknowledgedCount == 0, "taken back");

        await rig.PassAsync(TimeSpan.FromSeconds(10));
        Assert.DoesNotContain("a=sendonly", alice.Heard, StringComparison.Ordinal);
        Assert.True(caller.IsInDialog && alice.IsInDialog);
        caller.HangUp();
        await rig.UntilAsync(() => alice.ByesReceived > 0, "the agent hears of the end");
        await AssertOverAsync(rig, answered: 1, abandoned: 0);
    }

    private static async Task<(Robot Caller, Robot Alice)> ConnectAsync(CrashRig rig)
    {
        var caller = rig.NewRobot("caller", 2);
        var alice = rig.NewRobot("alice", 3);
        await rig.RegisterAsync("alice", 3);
        caller.Phone.Invite(CrashRig.Number, CallerSdp);
        await rig.UntilAsync(() => caller.IsInDialog && alice.Phone.Acks.Count > 0, "connected");
        return (caller, alice);
    }

    private static async Task AssertOverAsync(CrashRig rig, long answered, long abandoned)
    {
        await rig.PassAsync(TimeSpan.FromMinutes(3));
        var domain = await rig.DomainAsync();
        Assert.Empty(domain.Calls);
        Assert.Equal((1, answered, abandoned), (domain.Domain.Offered, domain.Domain.Answered, domain.Domain.Abandoned));
        rig.AssertNothingIsLeft();
    }
}
