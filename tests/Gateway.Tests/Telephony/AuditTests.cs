using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Gateway.Telephony;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>Who is gone without a goodbye is found out while the gateway runs, not only after its next start.</summary>
public sealed class AuditTests
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(new SipGatewayOptions { Gateway = default, Incarnation = 0, Key = default, Listen = [] }.AuditPeriodMinutes);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(33);

    /// <summary>opensips#2530: a lost BYE left the agent busy for ever; the only cure was to delete the row and restart. Peers' bug 25.</summary>
    [Theory]
    [InlineData(true, 481)]
    [InlineData(false, 481)]
    [InlineData(true, null)]
    [InlineData(false, null)]
    public async Task Peers_25_a_side_whose_bye_was_lost_is_found_out_and_the_domain_told(bool isCaller, int? status)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Connect();
        rig.Pass(Period - TimeSpan.FromSeconds(1));
        Assert.DoesNotContain(rig.Sent, static text => text.StartsWith(SipMethod.Options, StringComparison.Ordinal));

        rig.Pass(TimeSpan.FromSeconds(2));
        (Phone there, Phone gone) = isCaller ? (rig.Alice, rig.Caller) : (rig.Caller, rig.Alice);
        rig.Do(() => there.Respond(SipMethod.Options, 200));
        if (status is { } says)
        {
            rig.Do(() => gone.Respond(SipMethod.Options, says));
        }

        else
        {
            // Something on the way may drop OPTIONS: silence to an INVITE decides.
            rig.Pass(Silence);
            Assert.DoesNotContain(rig.Host.Commands, static command => command is CallerLeft or AgentLegEnded);
        }

        rig.Pass(Silence);
        Command told = rig.Host.Commands[^1];
        Assert.True(isCaller ? told is CallerLeft { Cause: CallerLeaveCause.Lost } : told is AgentLegEnded { Cause: AgentLegEndCause.Lost }, told.ToString());
        rig.Effect(isCaller ? new EndAgentLeg(rig.CallId, rig.Offer, "caller left") : new EndCaller(rig.CallId, 480, "agent left"));
        rig.Do(() => there.Respond(SipMethod.Bye, 200));
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.AssertNothingIsLeft();
    }

    /// <summary>A network that is down for a while, or a route that is being changed, says nothing of the phone: calls that talk directly to each other go on through it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_cannot_be_sent_ends_no_call_unless_it_cannot_three_times_in_a_row(bool isCaller)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Connect();
        (Phone there, Phone away) = isCaller ? (rig.Alice, rig.Caller) : (rig.Caller, rig.Alice);
        bool isAway = false;
        rig.Network.IsUnreachable = flow => isAway && flow.Remote.Equals(away.Transport.LocalEndPoint);

        // Two in a row, one that is answered, two in a row.
        foreach (bool fails in (bool[])[true, true, false, true, true])
        {
            isAway = fails;
            rig.Pass(Period + TimeSpan.FromSeconds(1));
            rig.Do(() => there.Respond(SipMethod.Options, 200));
            if (!fails)
            {
                rig.Do(() => away.Respond(SipMethod.Options, 200));
            }

            Assert.Equal(1, rig.Gateway.Snapshot().CallsConnected);
        }

        Assert.DoesNotContain(rig.Host.Commands, static command => command is CallerLeft or AgentLegEnded);
        Assert.Equal(0, rig.Gateway.Snapshot().Gateway[SipGatewayCounter.AuditsFailed]);
        rig.Pass(Period + TimeSpan.FromSeconds(1));
        Assert.True(rig.Host.Commands[^1] is CallerLeft { Cause: CallerLeaveCause.Lost } or AgentLegEnded { Cause: AgentLegEndCause.Lost });
        rig.Effect(isCaller ? new EndAgentLeg(rig.CallId, rig.Offer, "caller left") : new EndCaller(rig.CallId, 480, "agent left"));
        rig.Do(() => there.Respond(SipMethod.Bye, 200));
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.AssertNothingIsLeft();
    }

    /// <summary>The INVITE that follows an unanswered OPTIONS cannot be sent: that is no answer of the phone's either.</summary>
    [Fact]
    public async Task A_question_of_the_audit_that_cannot_be_sent_ends_no_call()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Connect();
        rig.Pass(Period + TimeSpan.FromSeconds(1));
        rig.Do(() => rig.Caller.Respond(SipMethod.Options, 200));
        rig.Pass(TimeSpan.FromSeconds(30));
        rig.Network.IsUnreachable = flow => flow.Remote.Equals(rig.Alice.Transport.LocalEndPoint);
        rig.Pass(Silence);

        Assert.Equal(1, rig.Gateway.Snapshot().CallsConnected);
        Assert.DoesNotContain(rig.Host.Commands, static command => command is CallerLeft or AgentLegEnded);
    }

    [Fact]
    public async Task Who_waits_is_asked_as_well_and_whoever_answers_anything_stays_and_is_asked_again()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Hold();
        foreach (int status in (int[])[200, 405, 500])
        {
            rig.Pass(Period + TimeSpan.FromSeconds(1));
            rig.Do(() => rig.Caller.Respond(SipMethod.Options, status));
            Assert.Equal(1, rig.Gateway.Snapshot().CallsOnHold);
        }

        rig.Pass(Period + Silence + Silence);
        Assert.IsType<CallerLeft>(rig.Host.Commands[^1]);
        Assert.Equal((4, 0), (rig.Gateway.Snapshot().Gateway[SipGatewayCounter.AuditsSent], rig.Gateway.Snapshot().Gateway[SipGatewayCounter.AuditsFailed]));
    }
}
