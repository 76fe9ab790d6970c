using System.Runtime.CompilerServices;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Gateway.Telephony;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Routing.Sip.Transport;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>What an ended call leaves behind for the 32 s in which something of it may come again: little, and enough.</summary>
public sealed class EndedCallTests
{
    [Fact]
    public async Task A_call_that_ends_unknown_to_the_gateway_is_done_with()
    {
        await using var rig = await GatewayRig.StartAsync();
        var unknown = CallId.Of("of-nobody");
        rig.Effect(new EndCaller(unknown, 480, "Waited too long"));
        rig.Effect(new ReleaseCall(unknown));
        rig.Pass(TimeSpan.FromSeconds(10));

        Assert.Equal([unknown], rig.Host.Last<CallsClosed>().Calls);
    }

    [Fact]
    public async Task An_ended_call_is_free_at_once_while_its_transactions_wait_for_repeats()
    {
        await using var rig = await GatewayRig.StartAsync();
        var calls = ConnectAndHangUp(rig);

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        var snapshot = rig.Gateway.Snapshot();
        Assert.Equal(0, snapshot.CallsLive);
        Assert.True(snapshot.Sip[SipCounter.InviteClientLive] >= 2, "the INVITEs to the caller and to Alice wait");
        Assert.All(calls, static call => Assert.False(call.IsAlive));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_200_that_comes_again_after_the_call_gets_its_ack_again_and_nothing_else()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Connect();
        string ack = rig.Sent.Last(static text => text.StartsWith("ACK sip:alice", StringComparison.Ordinal));
        HangUp(rig);
        int before = rig.Sent.Count;

        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.3", 42_000)));

        Assert.Equal(ack, Assert.Single(rig.Sent.Skip(before)));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_200_of_another_fork_after_the_call_is_acknowledged_and_hung_up()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Connect();
        HangUp(rig);
        int before = rig.Sent.Count;

        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.3", 42_000), static response =>
            response.Headers.Set(HeaderId.To, response.Headers[HeaderId.To]!.Replace("alice-tag", "other-tag", StringComparison.Ordinal))));

        Assert.Equal(["ACK", "BYE"], rig.Sent.Skip(before).Select(static text => text[..3]));
        Assert.Equal(1, rig.Gateway.Snapshot().Gateway[SipGatewayCounter.BranchesDropped]);
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_bye_that_comes_again_after_the_call_gets_the_same_bytes_again()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Connect();
        rig.Loses = static text => text.Contains("CSeq: 2 BYE", StringComparison.Ordinal) && text.StartsWith("SIP/2.0 200", StringComparison.Ordinal);
        HangUp(rig);
        rig.Loses = static _ => false;
        rig.Pass(TimeSpan.FromSeconds(1));

        var answers = rig.Sent.Where(static text => text.StartsWith("SIP/2.0 200", StringComparison.Ordinal) && text.Contains(" BYE\r\n", StringComparison.Ordinal)).ToList();
        Assert.True(answers.Count >= 2, "the caller's BYE was repeated");
        Assert.Single(answers.Distinct());
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_cancel_that_comes_after_the_call_gets_200_and_changes_nothing()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Connect();
        var invite = rig.Caller.Call!.Request;
        HangUp(rig);
        int commands = rig.Host.Commands.Count;

        rig.Do(() => rig.Caller.SendRaw(invite.CreateCancel(), invite.Via.Branch!));

        Assert.Equal((200, SipMethod.Cancel), (rig.Caller.LastResponse.StatusCode, rig.Caller.LastResponse.CSeq.Method));
        Assert.Equal(commands, rig.Host.Commands.Count);
        rig.AssertNothingIsLeft();
    }

    /// <summary>In a method of its own, so that no local of the test keeps anything alive.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> ConnectAndHangUp(GatewayRig rig)
    {
        rig.Hold();
        rig.OfferAlice();
        rig.AliceAnswers();
        rig.Do(() => rig.Caller.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.2", 40_000)));
        var calls = rig.Gateway.Calls.Select(static call => new WeakReference(call)).ToList();
        Assert.Single(calls);
        HangUp(rig);
        return calls;
    }

    private static void HangUp(GatewayRig rig)
    {
        rig.Do(() => rig.Caller.Ask(SipMethod.Bye));
        rig.Effect(new EndAgentLeg(rig.CallId, rig.Offer, "Caller left"));
        rig.Do(() => rig.Alice.Respond(SipMethod.Bye, 200));
        rig.Effect(new ReleaseCall(rig.CallId));
    }
}
