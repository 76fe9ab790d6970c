using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Gateway.Telephony.Domains;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>One of several domains takes nothing when a gateway starts: the others are served.</summary>
public sealed class AwayDomainTests
{
    private static readonly DomainId s_away = DomainId.Of("away");

    [Fact]
    public async Task The_others_are_served_and_it_is_joined_when_it_can_be_with_what_the_journal_has_for_it()
    {
        using MemoryJournal journal = new();
        LegEnd end = new(s_away, new CallerLeft(CallId.Of("former"), CallerLeaveCause.HungUp));
        journal.TryWrite(end);
        await using var rig = await GatewayRig.StartWithoutAsync(s_away, journal);
        Assert.Equal(FakeHost.Domain, await rig.Host.Joined.Reader.ReadAsync());
        Assert.Equal(1, journal.Count);
        rig.Arrive();
        Assert.Equal([100], rig.Caller.Statuses);

        // It may be the away domain's dialog: not over, but not now.
        var bye = rig.Caller.NewRequest(SipMethod.Bye, GatewayRig.Number);
        bye.Headers.Set(HeaderId.To, "<sip:1000@127.0.0.1>;tag=former");
        rig.Do(() => rig.Caller.Send(bye));
        Assert.Equal(503, rig.Caller.LastResponse.StatusCode);

        rig.Host.Away = null;
        var joined = rig.Host.Joined.Reader.ReadAsync().AsTask();
        while (await Task.WhenAny(joined, rig.ClockAwaitedAsync()) != joined)
        {
            rig.Pass(TimeSpan.FromMilliseconds(250));
        }

        Assert.Equal(s_away, await joined);
        Assert.Contains(end.Command, rig.Host.Commands);
    }

    [Fact]
    public async Task A_gateway_that_is_full_says_so_when_it_is_asked()
    {
        await using var rig = await GatewayRig.StartSmallAsync(callsLimit: 1);
        var bob = rig.NewPhone("bob", 4);
        rig.Do(() => bob.Send(bob.NewRequest(SipMethod.Options, "sip:127.0.0.1:5060"), GatewayRig.Number));
        Assert.Equal(200, bob.LastResponse.StatusCode);

        rig.Arrive();
        rig.Do(() => bob.Send(bob.NewRequest(SipMethod.Options, "sip:127.0.0.1:5060"), GatewayRig.Number));
        Assert.Equal(503, bob.LastResponse.StatusCode);
    }
}
