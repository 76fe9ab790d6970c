using Routing.Contracts.Commands;
using Routing.Gateway.Telephony;
using Routing.Gateway.Telephony.Calls;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Routing.Sip.Transport;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>A gateway that was stopped, or begins, finds INVITEs that lay unread: a proxy has given them to another gateway, and one caller would be two calls.</summary>
public sealed class LateReadTests
{
    private static readonly TimeSpan TooLong = TimeSpan.FromMilliseconds(CallerLeg.ArrivalLimitMs);
    private static readonly byte[] s_sdp = Phone.Sdp("127.0.0.2", 40_000);

    [Fact]
    public async Task What_lay_unread_for_too_long_is_no_call_but_a_caller_who_asks_again_gets_one()
    {
        await using var rig = await GatewayRig.StartAsync();
        Unread(rig, TooLong);
        rig.Arrive();
        Assert.Empty(rig.Sent);
        Assert.Empty(rig.Host.Commands.OfType<CallArrived>());

        Unread(rig, TimeSpan.Zero);
        rig.Pass(TimeSpan.FromMilliseconds(500));
        Assert.Single(rig.Host.Commands.OfType<CallArrived>());
        Assert.Equal([100], rig.Caller.Statuses);
    }

    [Fact]
    public async Task Over_a_connection_nobody_asks_again_so_it_is_refused()
    {
        await using var rig = await GatewayRig.StartAsync(alsoListensOn: SipTransportKind.Tcp);
        var bob = rig.NewPhone("bob", 4, SipTransportKind.Tcp);
        Unread(rig, TooLong);
        rig.Do(() => bob.Invite(GatewayRig.Number + ";transport=tcp", Phone.Sdp("127.0.0.4", 40_000)));

        Assert.Equal([503], bob.Statuses);
        Assert.NotNull(bob.LastResponse.Headers[HeaderId.RetryAfter]);
        Assert.Empty(rig.Host.Commands.OfType<CallArrived>());
    }

    [Fact]
    public async Task The_time_to_commit_a_call_runs_since_its_INVITE_came()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Host.Holds = static command => command is CallArrived;
        Unread(rig, TimeSpan.FromMilliseconds(1_600));
        rig.Arrive();
        rig.Pass(TimeSpan.FromMilliseconds(399));
        Assert.Empty(rig.Sent);

        rig.Pass(TimeSpan.FromMilliseconds(2));
        Assert.Equal([503], rig.Caller.Statuses);
    }

    [Fact]
    public async Task Requests_of_dialogs_and_of_other_kinds_are_served_however_old()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Connect();
        Unread(rig, TooLong * 10);
        rig.Do(() => rig.Caller.Ask(SipMethod.Invite, s_sdp));
        Assert.Equal(2, rig.Alice.CountOf(SipMethod.Invite));

        var bob = rig.NewPhone("bob", 4);
        rig.Do(() => bob.Send(bob.NewRequest(SipMethod.Options, "sip:127.0.0.1:5060"), GatewayRig.Number));
        Assert.Equal([200], bob.Statuses);
    }

    [Fact]
    public async Task What_another_gateway_sent_to_a_phone_here_and_lay_unread_for_too_long_does_not_ring_it_but_a_repeat_does()
    {
        await using var rig = await ClusterRig.StartAsync();
        var alice = rig.NewPhone("alice", "127.0.0.3:5070");
        var binding = rig.Register(alice);
        Unread(rig.SecondGateway, TooLong);
        rig.Ring(binding);
        Assert.Equal(0, alice.CountOf(SipMethod.Invite));

        Unread(rig.SecondGateway, TimeSpan.Zero);
        rig.Pass(TimeSpan.FromMilliseconds(500));
        Assert.Equal(1, alice.CountOf(SipMethod.Invite));
        rig.Connect(alice);
    }

    [Fact]
    public async Task What_another_gateway_sent_over_a_connection_to_one_that_was_stopped_is_refused_until_its_lease_is_known_to_have_held()
    {
        await using var rig = await ClusterRig.StartAsync(new LeaseTerms(6_000, 60_000));
        var alice = rig.NewPhone("alice", "127.0.0.3:5070", SipTransportKind.Tcp);
        var binding = rig.Register(alice);
        rig.SecondHost.Holds = static command => command is GatewayAlive;
        rig.Freeze(TimeSpan.FromSeconds(12));
        rig.Ring(binding);
        Assert.Equal(0, alice.CountOf(SipMethod.Invite));
        Assert.Contains(rig.Wire, static line => line.StartsWith("Tcp 127.0.1.9:5080 > 127.0.1.1:", StringComparison.Ordinal) && line.EndsWith("SIP/2.0 503 Service Unavailable", StringComparison.Ordinal));
        Assert.Contains(rig.Host.Commands, static command => command is OfferFailed);

        rig.SecondHost.Holds = static _ => false;
        rig.Do(rig.SecondHost.Release);
        rig.Ring(binding);
        Assert.Equal(1, alice.CountOf(SipMethod.Invite));
    }

    [Fact]
    public async Task Over_a_connection_nothing_is_refused_because_domains_are_away()
    {
        await using var rig = await ClusterRig.StartAsync(new LeaseTerms(6_000, 60_000));
        var alice = rig.NewPhone("alice", "127.0.0.3:5070", SipTransportKind.Tcp);
        var binding = rig.Register(alice);
        rig.SecondHost.Holds = static command => command is GatewayAlive;
        rig.Pass(TimeSpan.FromSeconds(12));
        rig.Ring(binding);

        Assert.Equal(1, alice.CountOf(SipMethod.Invite));
    }

    private static void Unread(GatewayRig rig, TimeSpan unread) => Unread(rig.Gateway, unread);

    private static void Unread(SipGateway gateway, TimeSpan unread)
    {
        foreach (var transport in gateway.Transports)
        {
            ((InMemorySipTransport)transport).UnreadFor = unread;
        }
    }
}
