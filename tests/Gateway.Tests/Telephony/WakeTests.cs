using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Gateway.Telephony;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Routing.Sip.Transport;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>What lay unread while a gateway was frozen, and what comes to it before its domain has said whether its lease held.</summary>
public sealed class WakeTests
{
    private static readonly LeaseTerms Terms = new(6_000, 60_000);
    private static readonly TimeSpan LongerThanLease = TimeSpan.FromSeconds(12);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_phone_that_waited_for_the_callers_description_rings_only_when_the_lease_held(bool hasHeld)
    {
        await using var rig = await LateOfferAsync();
        rig.Caller.Ack(Phone.Sdp("127.0.0.2", 40_000));
        rig.Host.Holds = static command => command is GatewayAlive;
        rig.Freeze(LongerThanLease);
        Assert.Equal(0, rig.Alice.CountOf(SipMethod.Invite));

        rig.Host.Holds = static _ => false;
        rig.Host.Decides = command => command is GatewayAlive && !hasHeld ? GivenUp() : CommandReply.Ok;
        rig.Do(rig.Host.Release);
        rig.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(hasHeld ? 1 : 0, rig.Alice.CountOf(SipMethod.Invite));
    }

    [Fact]
    public async Task It_rings_before_the_phones_of_later_offers()
    {
        await using var rig = await LateOfferAsync();
        var late = rig.CallId;
        rig.Caller.Ack(Phone.Sdp("127.0.0.2", 40_000));
        rig.Host.Holds = static command => command is GatewayAlive;
        rig.Freeze(LongerThanLease);
        rig.Effect(new OfferCall(late)
        {
            Offer = new OfferId(late, 2), Agent = AgentId.Of("bob"), SipUser = "bob", Queue = QueueId.Of("support"), Targets = rig.OfferTo("sip:bob@127.0.0.4:5070").Targets, RingTimeoutMs = 20_000, WaitedMs = 0,
        });

        rig.Do(rig.Host.Release);

        Assert.Equal(["INVITE sip:alice", "INVITE sip:bob"], rig.Sent.Where(static text => text.StartsWith("INVITE ", StringComparison.Ordinal)).Select(static text => text[..text.IndexOf('@', StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task A_caller_who_hung_up_meanwhile_has_nobody_rung()
    {
        await using var rig = await LateOfferAsync();
        rig.Caller.Ack(Phone.Sdp("127.0.0.2", 40_000));
        rig.Caller.Ask(SipMethod.Bye);
        rig.Host.Holds = static command => command is GatewayAlive;
        rig.Freeze(LongerThanLease);

        rig.Do(rig.Host.Release);
        rig.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(0, rig.Alice.CountOf(SipMethod.Invite));
        Assert.Equal(200, rig.Caller.LastResponse.StatusCode);
    }

    [Fact]
    public async Task A_call_that_comes_after_it_was_given_up_is_left_to_the_next_life_which_hears_the_invite_again()
    {
        await using var rig = await GatewayRig.StartAsync(lease: Terms, decides: static command => command is CallArrived or GatewayAlive ? GivenUp() : CommandReply.Ok);
        rig.Arrive();
        rig.Pass(TimeSpan.FromSeconds(1));

        Assert.True(rig.Gateway.LeaseLost.IsCancellationRequested);
        Assert.Empty(rig.Caller.Statuses);
        Assert.Equal(0, rig.Gateway.Snapshot().CallsLive);
    }

    [Fact]
    public async Task Over_a_connection_where_nothing_is_repeated_it_is_sent_elsewhere()
    {
        await using var rig = await GatewayRig.StartAsync(
            alsoListensOn: SipTransportKind.Tcp, lease: Terms, decides: static command => command is CallArrived or GatewayAlive ? GivenUp() : CommandReply.Ok);
        var caller = rig.NewPhone("caller", 9, SipTransportKind.Tcp);

        rig.Do(() => caller.Invite(GatewayRig.Number + ";transport=tcp", Phone.Sdp("127.0.0.9", 40_000)));

        Assert.Equal([503], caller.Statuses);
    }

    [Fact]
    public async Task Who_asks_whether_calls_may_come_hears_no_until_the_domain_has_answered()
    {
        await using var rig = await GatewayRig.StartAsync(lease: Terms);
        rig.Arrive();
        Assert.Equal(200, Probe(rig));
        rig.Host.Holds = static command => command is GatewayAlive;
        rig.Freeze(LongerThanLease);
        Assert.Equal(503, Probe(rig));

        rig.Host.Holds = static _ => false;
        rig.Do(rig.Host.Release);
        rig.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(200, Probe(rig));
    }

    [Fact]
    public async Task Who_asks_a_gateway_that_was_given_up_hears_no()
    {
        await using var rig = await GatewayRig.StartAsync(lease: Terms, decides: static command => command is GatewayAlive ? GivenUp() : CommandReply.Ok);
        rig.Arrive();

        Assert.Equal(503, Probe(rig));
    }

    [Fact]
    public async Task A_domain_that_does_not_answer_one_that_was_not_frozen_is_no_reason_to_keep_calls_from_the_others()
    {
        await using var rig = await GatewayRig.StartAsync(lease: Terms);
        rig.Arrive();
        rig.Host.Holds = static command => command is GatewayAlive;
        rig.Pass(LongerThanLease + LongerThanLease);

        Assert.Equal(200, Probe(rig));
    }

    private static CommandReply GivenUp() => new(ReplyCode.Conflict, "given up");

    private static int Probe(GatewayRig rig)
    {
        rig.Do(() => rig.Alice.Send(rig.Alice.NewRequest(SipMethod.Options, "sip:127.0.0.1:5060"), GatewayRig.Number));
        return rig.Alice.LastResponse.StatusCode;
    }

    /// <summary>A caller who sent no description was answered, and Alice is to be rung once its ACK brings one.</summary>
    private static async Task<GatewayRig> LateOfferAsync()
    {
        var rig = await GatewayRig.StartAsync(lease: Terms);
        rig.Do(() => rig.Caller.Invite(GatewayRig.Number, null));
        rig.Effect(new AnswerCaller(rig.CallId, "tone"));
        rig.OfferAlice();
        Assert.Equal(0, rig.Alice.CountOf(SipMethod.Invite));
        return rig;
    }
}
