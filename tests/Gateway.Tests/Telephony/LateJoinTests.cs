using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Gateway.Telephony;
using Routing.Gateway.Tests.Telephony.Rig;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>A host brings what the former life did not acknowledge before its domain has heard of this life, which may be long after the start.</summary>
public sealed class LateJoinTests
{
    private static readonly CallId s_former = CallId.Of("former");

    [Fact]
    public async Task What_was_said_to_the_former_life_ends_no_call_and_is_acknowledged()
    {
        using MemoryJournal journal = new();
        await using var rig = await GatewayRig.StartWithoutAsync(FakeHost.Domain, journal);
        rig.Run();

        rig.Effect(new AnswerCaller(s_former, "tone"));
        rig.Effect(Offer());
        rig.Effect(new ReleaseCall(CallId.Of("over")));
        rig.Pass(TimeSpan.FromSeconds(10));

        Assert.Empty(rig.Host.Commands);
        Assert.Equal(3, rig.Host.Acknowledged);
    }

    [Fact]
    public async Task What_a_domain_says_after_it_was_joined_of_a_call_that_is_not_here_ends_it()
    {
        using MemoryJournal journal = new();
        await using var rig = await GatewayRig.StartWithoutAsync(FakeHost.Domain, journal);
        await JoinAsync(rig);

        rig.Effect(Offer());

        Assert.Equal(s_former, rig.Host.Last<CallerLeft>().Call);
    }

    [Fact]
    public async Task A_call_is_taken_up_as_it_was_handed_back_last_and_with_what_followed()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        var leg = rig.Host.Last<CallArrived>().Leg!;
        using MemoryJournal journal = new();
        await using var next = await GatewayRig.StartWithoutAsync(FakeHost.Domain, journal);
        next.Run();

        // The life between did not acknowledge what it was handed back; the caller waited without an answer then.
        next.Effect(Handed(rig.CallId, leg, isAnswered: false));
        next.Effect(new RingCaller(rig.CallId));
        next.Effect(Handed(rig.CallId, leg, isAnswered: true));
        next.Effect(new EndCaller(rig.CallId, 480, "nobody is there"));
        Assert.Equal(0, next.Gateway.Snapshot().CallsLive);
        await JoinAsync(next);

        Assert.DoesNotContain(next.Sent, static text => text.StartsWith("SIP/2.0 1", StringComparison.Ordinal));
        Assert.Contains(next.Sent, static text => text.StartsWith("SIP/2.0 200", StringComparison.Ordinal));
        Assert.DoesNotContain(next.Host.Commands, static command => command is CallerLeft);
    }

    [Fact]
    public async Task A_domain_that_has_not_heard_of_this_life_is_sent_no_sign_of_it()
    {
        using MemoryJournal journal = new();
        await using var rig = await GatewayRig.StartWithoutAsync(FakeHost.Domain, journal, new LeaseTerms(6_000, 60_000));
        rig.Run();

        // It would be refused, and this life end.
        rig.Effect(Handed(s_former, null, isAnswered: false));
        Assert.DoesNotContain(rig.Host.Commands, static command => command is GatewayAlive);
        await JoinAsync(rig);

        Assert.Equal([typeof(GatewayStarted), typeof(GatewayAlive)], rig.Host.Commands.Take(2).Select(static command => command.GetType()));
    }

    private static OfferCall Offer() => new(s_former)
    {
        Offer = new OfferId(s_former, 1),
        Agent = AgentId.Of("alice"),
        SipUser = "alice",
        Queue = QueueId.Of("support"),
        Targets = [],
        RingTimeoutMs = 20_000,
        WaitedMs = 0,
    };

    private static RestoreCall Handed(CallId call, LegState? leg, bool isAnswered) => new(call)
    {
        State = CallState.Waiting, CallerAnswered = isAnswered, Media = "tone", Legs = leg is null ? [] : [leg], Offers = [],
    };

    private static async Task JoinAsync(GatewayRig rig)
    {
        rig.Host.Away = null;
        var joined = rig.Host.Joined.Reader.ReadAsync().AsTask();
        while (await Task.WhenAny(joined, rig.ClockAwaitedAsync()) != joined)
        {
            rig.Pass(TimeSpan.FromMilliseconds(250));
        }

        await joined;
        rig.Run();
    }
}
