using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Gateway.Telephony.Defence;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>Who may call what, and what is answered to what is not understood (RFC 3261 §8.2, README of the gateway).</summary>
public sealed class AdmissionTests
{
    private static readonly byte[] Sdp = Phone.Sdp("127.0.0.2", 40_000);

    [Theory]
    [InlineData("sip:9999@127.0.0.1:5060", 404)]
    [InlineData("sip:127.0.0.1:5060", 404)]
    public async Task A_number_that_is_not_configured_is_not_found(string uri, int status)
    {
        await using var rig = await GatewayRig.StartAsync();

        rig.Do(() => rig.Caller.Invite(uri, Sdp));

        Assert.Equal([status], rig.Caller.Statuses);
        Assert.DoesNotContain(rig.Host.Commands, static command => command is CallArrived);
        rig.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData(true, 403)]
    [InlineData(false, 100)]
    public async Task A_gateway_that_others_reach_takes_no_calls_of_a_demo(bool refusesDemo, int status)
    {
        await using var rig = await GatewayRig.StartAsync(refusesDemo: refusesDemo);

        rig.Arrive();

        Assert.Equal([status], rig.Caller.Statuses);
    }

    [Fact]
    public async Task A_source_that_has_its_share_of_the_calls_leaves_the_others_theirs_and_gets_the_next_when_one_ends()
    {
        await using var rig = await GatewayRig.StartAsync(callsPerSource: 1);
        var bob = rig.NewPhone("bob", 4);
        rig.Arrive();
        var first = rig.CallId;

        rig.Do(() => rig.Caller.Send(Another("second")));
        Assert.Equal(503, rig.Caller.LastResponse.StatusCode);
        Assert.NotNull(rig.Caller.LastResponse.Headers[HeaderId.RetryAfter]);
        Assert.Equal(1, rig.Gateway.Snapshot().Defence[DefenceCounter.RefusedCallShare]);
        rig.Do(() => bob.Invite(GatewayRig.Number, Phone.Sdp("127.0.0.4", 40_000)));
        Assert.Equal([100], bob.Statuses);

        rig.Effect(new EndCaller(first, 480, "queue is closed"));
        rig.Effect(new ReleaseCall(first));
        rig.Pass(TimeSpan.FromMinutes(1));
        int arrived = rig.Host.Commands.Count(static command => command is CallArrived);
        rig.Do(() => rig.Caller.Send(Another("third")));
        Assert.Equal(arrived + 1, rig.Host.Commands.Count(static command => command is CallArrived));

        SipRequest Another(string callId)
        {
            var invite = rig.Caller.NewRequest(SipMethod.Invite, GatewayRig.Number, Sdp);
            invite.Headers.Set(HeaderId.CallId, callId);
            return invite;
        }
    }

    [Fact]
    public async Task Outside_the_demo_strangers_are_forbidden_and_trunks_are_not()
    {
        var closed = new FakeHost().Edge with { Demo = false };
        await using (var rig = await GatewayRig.StartAsync(closed))
        {
            rig.Arrive();
            Assert.Equal([403], rig.Caller.Statuses);
        }

        await using (var rig = await GatewayRig.StartAsync(closed with { Trunks = [new TrunkConfiguration("t", ["127.0.0.0/30"])] }))
        {
            rig.Arrive();
            Assert.Equal([100], rig.Caller.Statuses);
        }

        await using (var rig = await GatewayRig.StartAsync(closed with { Trunks = [new TrunkConfiguration("t", ["127.0.0.3"])] }))
        {
            rig.Arrive();
            Assert.Equal([403], rig.Caller.Statuses);
        }
    }

    [Fact]
    public async Task An_agent_calls_with_its_password_and_not_with_another()
    {
        var closed = new FakeHost().Edge with { Demo = false, Agents = [Credentials.Agent("caller", "secret")] };
        await using var rig = await GatewayRig.StartAsync(closed);

        rig.Arrive();
        Assert.Equal([401], rig.Caller.Statuses);
        var challenge = rig.Caller.LastResponse;
        rig.Do(() => rig.Caller.Invite(GatewayRig.Number, Sdp, invite => Credentials.Add(invite, challenge, "caller", "wrong")));
        Assert.Equal([403], rig.Caller.Statuses);
        rig.Do(() => rig.Caller.Invite(GatewayRig.Number, Sdp, invite => Credentials.Add(invite, challenge, "caller", "secret")));
        Assert.Equal([100], rig.Caller.Statuses);
    }

    [Fact]
    public async Task What_is_required_and_not_supported_is_named()
    {
        await using var rig = await GatewayRig.StartAsync();

        rig.Do(() => rig.Caller.Invite(GatewayRig.Number, Sdp, static invite => invite.Headers.Add(HeaderId.Require, "100rel, timer")));

        Assert.Equal(420, rig.Caller.LastResponse.StatusCode);
        Assert.Equal("100rel, timer", rig.Caller.LastResponse.Headers[HeaderId.Unsupported]);
    }

    [Fact]
    public async Task No_hops_left_is_483()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Do(() => rig.Caller.Invite(GatewayRig.Number, Sdp, static invite => invite.Headers.Set(HeaderId.MaxForwards, "0")));
        Assert.Equal(483, rig.Caller.LastResponse.StatusCode);
    }

    [Fact]
    public async Task Our_own_request_that_comes_back_is_a_loop()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Do(() => rig.Caller.Invite(
            GatewayRig.Number, Sdp, static invite => invite.Headers.Add(HeaderId.Via, "SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKours")));
        Assert.Equal(482, rig.Caller.LastResponse.StatusCode);
    }

    [Fact]
    public async Task Bodies_that_are_no_description_get_415_and_unusable_ones_488()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Do(() => rig.Caller.Invite(GatewayRig.Number, null, static invite => invite.SetBody("text/plain", "hello"u8.ToArray())));
        Assert.Equal(415, rig.Caller.LastResponse.StatusCode);
        Assert.Equal("application/sdp", rig.Caller.LastResponse.Headers[HeaderId.Accept]);

        rig.Do(() => rig.Caller.Invite(GatewayRig.Number, "v=0\r\n"u8.ToArray()));
        Assert.Equal(488, rig.Caller.LastResponse.StatusCode);
        rig.Do(() => rig.Caller.Invite(GatewayRig.Number, Phone.Sdp("127.0.0.2", 0)));
        Assert.Equal(488, rig.Caller.LastResponse.StatusCode);
    }

    [Fact]
    public async Task Hold_media_without_a_codec_in_common_refuses_the_caller()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Do(() => rig.Caller.Invite(GatewayRig.Number, Phone.Sdp("127.0.0.2", 40_000, "18")));
        rig.Effect(new Contracts.Effects.AnswerCaller(rig.CallId, "tone"));

        Assert.Equal(488, rig.Caller.LastResponse.StatusCode);
        Assert.Equal(CallerLeaveCause.ConnectFailed, rig.Host.Last<CallerLeft>().Cause);
    }

    [Theory]
    [InlineData(SipMethod.Options, 200)]
    [InlineData(SipMethod.Subscribe, 405)]
    [InlineData(SipMethod.Message, 405)]
    [InlineData("FETCH", 501)]
    [InlineData(SipMethod.Bye, 481)]
    public async Task Requests_outside_calls_get_the_answer_of_their_method(string method, int status)
    {
        await using var rig = await GatewayRig.StartAsync();

        rig.Do(() => rig.Caller.Send(rig.Caller.NewRequest(method, "sip:127.0.0.1:5060")));

        Assert.Equal(status, rig.Caller.LastResponse.StatusCode);
        if (status != 481)
        {
            Assert.Contains("INVITE", rig.Caller.LastResponse.Headers[HeaderId.Allow]!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_changed_configuration_counts_from_its_event_on()
    {
        await using var rig = await GatewayRig.StartAsync();
        TaskCompletionSource applied = new(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Gateway.Directory.Changed += _ => applied.SetResult();

        rig.Host.Reconfigure(rig.Host.Edge with { Version = 2, Numbers = ["2000"] });
        await applied.Task;

        rig.Arrive();
        Assert.Equal([404], rig.Caller.Statuses);
    }
}
