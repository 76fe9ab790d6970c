using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Gateway.Telephony.Requests;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>Proxies and carriers ask gateways by OPTIONS whether calls may come, and believe the answer.</summary>
public sealed class DrainTests
{
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task A_gateway_that_drains_says_so_refuses_new_calls_and_goes_on_with_the_others_until_none_is_left()
    {
        await using var rig = await GatewayRig.StartAsync();
        var bob = rig.NewPhone("bob", 4);
        rig.Connect();
        Assert.Equal(200, Probe(rig, bob));

        var drained = rig.Gateway.DrainAsync(Notice, CancellationToken.None);
        rig.Run();

        Assert.Equal(503, Probe(rig, bob));
        Assert.NotNull(bob.LastResponse.Headers[HeaderId.RetryAfter]);
        rig.Do(() => bob.Invite(GatewayRig.Number, Phone.Sdp("127.0.0.4", 40_000)));
        Assert.Equal((503, 1), (bob.LastResponse.StatusCode, rig.Host.Commands.Count(static command => command is CallArrived)));
        rig.Do(() => rig.Caller.Ask(SipMethod.Invite, Phone.Sdp("127.0.0.2", 40_004)));
        Assert.Equal(2, rig.Alice.CountOf(SipMethod.Invite));
        rig.Pass(Notice * 2);
        Assert.False(drained.IsCompleted);

        rig.Do(() => rig.Caller.Ask(SipMethod.Bye));
        rig.Effect(new EndAgentLeg(rig.CallId, rig.Offer, "Caller left"));
        rig.Do(() => rig.Alice.Respond(SipMethod.Bye, 200));
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.Pass(TimeSpan.FromMinutes(1));
        await drained.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Whoever_asks_has_time_to_hear_of_it_also_when_no_call_is_there()
    {
        await using var rig = await GatewayRig.StartAsync();
        var bob = rig.NewPhone("bob", 4);

        var drained = rig.Gateway.DrainAsync(Notice, CancellationToken.None);
        rig.Run();
        Assert.Equal(503, Probe(rig, bob));
        Assert.False(drained.IsCompleted);

        rig.Pass(Notice);
        await drained.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_drain_that_is_cut_leaves_its_calls_as_they_are()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Connect();
        using CancellationTokenSource cut = new();
        var drained = rig.Gateway.DrainAsync(Notice, cut.Token);
        rig.Run();

        await cut.CancelAsync();
        await drained.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal((1, 0), (rig.Gateway.Snapshot().CallsConnected, rig.Alice.CountOf(SipMethod.Bye)));
    }

    [Fact]
    public async Task Calls_that_last_are_waited_for_no_longer_than_the_operator_allows()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Connect();
        var drained = rig.Gateway.DrainAsync(Notice, CancellationToken.None);
        rig.Pass(TimeSpan.FromSeconds(GatewayRig.DrainLimitSeconds - 1));
        Assert.False(drained.IsCompleted);

        rig.Pass(TimeSpan.FromSeconds(1));
        await drained.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Domains_that_cannot_be_reached_take_it_out_but_not_while_they_only_move()
    {
        await using var rig = await GatewayRig.StartAsync();
        var bob = rig.NewPhone("bob", 4);
        Assert.Equal(200, Probe(rig, bob));
        rig.Host.IsReady = false;
        Assert.Equal(200, Probe(rig, bob));
        rig.Pass(TimeSpan.FromMilliseconds(CallReadiness.ToleranceMs - 100));
        Assert.Equal(200, Probe(rig, bob));

        rig.Pass(TimeSpan.FromMilliseconds(100));
        Assert.Equal(503, Probe(rig, bob));
        rig.Host.IsReady = true;
        Assert.Equal(200, Probe(rig, bob));

        // Who asks seldom is told how it is now.
        rig.Pass(TimeSpan.FromSeconds(30));
        rig.Host.IsReady = false;
        Assert.Equal(503, Probe(rig, bob));
    }

    [Fact]
    public async Task Domains_that_refuse_what_is_sent_to_them_take_it_out_at_once_until_they_take_it_again()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Connect();
        var bob = rig.NewPhone("bob", 4);
        Assert.Equal(200, Probe(rig, bob));

        rig.Host.IsRefusing = true;
        Assert.Equal(503, Probe(rig, bob));
        Assert.NotNull(bob.LastResponse.Headers[HeaderId.RetryAfter]);
        Assert.Equal((1, 0), (rig.Gateway.Snapshot().CallsConnected, rig.Alice.CountOf(SipMethod.Bye)));

        rig.Host.IsRefusing = false;
        Assert.Equal(200, Probe(rig, bob));
    }

    private static int Probe(GatewayRig rig, Phone bob)
    {
        rig.Do(() => bob.Send(bob.NewRequest(SipMethod.Options, "sip:127.0.0.1:5060"), GatewayRig.Number));
        Assert.Equal(SipMethod.Options, bob.LastResponse.CSeq.Method);
        return bob.LastResponse.StatusCode;
    }
}
