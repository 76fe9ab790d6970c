using Routing.Contracts.Effects;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>A 200 that comes again says nothing new, whatever was asked since; it is owed its ACK again (RFC 3261 §13.2.2.4).</summary>
public sealed class RepeatedAnswerTests
{
    private static readonly byte[] CallerSdp = Phone.Sdp("127.0.0.2", 40_000);
    private static readonly byte[] AliceSdp = Phone.Sdp("127.0.0.3", 42_000);

    [Fact]
    public async Task The_first_200_that_comes_again_after_a_new_question_gets_its_ack_again()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Loses = static text => text.StartsWith("ACK sip:alice", StringComparison.Ordinal);
        rig.Connect();
        rig.Loses = static _ => false;
        rig.Do(() => rig.Caller.Ask(SipMethod.Invite, CallerSdp));
        Assert.Empty(rig.Alice.Acks);

        rig.Do(() => AnswerAgain(rig, 0));

        Assert.Equal(1, Assert.Single(rig.Alice.Acks).CSeq.Number);
        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 200, AliceSdp));
        rig.Do(() => rig.Caller.Ack());
        Assert.Equal([1, 2], rig.Alice.Acks.Select(static ack => ack.CSeq.Number));
        HangUp(rig);
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_200_that_comes_again_before_its_ack_can_be_sent_is_counted_once()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Connect();
        rig.Do(() => rig.Caller.Ask(SipMethod.Invite));
        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 200, AliceSdp));

        rig.Do(() => AnswerAgain(rig, 1));

        rig.Do(() => rig.Caller.Ack(CallerSdp));
        Assert.Equal([1, 2], rig.Alice.Acks.Select(static ack => ack.CSeq.Number));
        Assert.False(rig.Alice.Acks[1].Body.IsEmpty);
        HangUp(rig);
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task The_200_of_an_older_question_does_not_answer_the_one_that_is_open()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Connect();
        rig.Do(() => rig.Caller.Ask(SipMethod.Invite, CallerSdp));
        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 200, AliceSdp));
        rig.Do(() => rig.Caller.Ack());
        rig.Do(() => rig.Caller.Ask(SipMethod.Invite, Phone.Sdp("127.0.0.2", 40_000, direction: "sendonly")));

        rig.Do(() => AnswerAgain(rig, 1));

        Assert.Equal([1, 2, 2], rig.Alice.Acks.Select(static ack => ack.CSeq.Number));
        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 488));
        Assert.Equal(488, rig.Caller.LastResponse.StatusCode);
        HangUp(rig);
        rig.AssertNothingIsLeft();
    }

    /// <summary>Alice repeats her 200 to the INVITE that she got as her number <paramref name="index"/>.</summary>
    private static void AnswerAgain(GatewayRig rig, int index)
    {
        var invite = rig.Alice.Requests.Where(static transaction => transaction.Request.IsInvite).ElementAt(index);
        invite.Respond(invite.LastResponse!);
    }

    private static void HangUp(GatewayRig rig)
    {
        rig.Do(() => rig.Caller.Ask(SipMethod.Bye));
        rig.Effect(new EndAgentLeg(rig.CallId, rig.Offer, "Caller left"));
        rig.Do(() => rig.Alice.Respond(SipMethod.Bye, 200));
        rig.Effect(new ReleaseCall(rig.CallId));
    }
}
