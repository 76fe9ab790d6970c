using Routing.Contracts.Commands;
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

    private static void Unread(GatewayRig rig, TimeSpan unread)
    {
        foreach (var transport in rig.Gateway.Transports)
        {
            ((InMemorySipTransport)transport).UnreadFor = unread;
        }
    }
}
