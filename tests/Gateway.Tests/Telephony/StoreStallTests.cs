using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Views;
using Routing.Gateway.Telephony;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>The domain cannot take what a call must have stored, for a while, or does not want it any more.</summary>
public sealed class StoreStallTests
{
    private static readonly LeaseTerms Terms = new(6_000, 60_000);

    [Fact]
    public async Task The_record_of_a_leg_that_the_domain_could_not_take_is_sent_again_until_it_does()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        rig.Host.Decides = static command => command is LegChanged ? new CommandReply(ReplyCode.Unavailable, "stalls") : CommandReply.Ok;
        rig.Effect(new AnswerCaller(rig.CallId, "tone"));
        rig.Do(() => rig.Caller.Ack());
        rig.Pass(TimeSpan.FromSeconds(3));
        int sent = rig.Host.Commands.OfType<LegChanged>().Count();
        Assert.InRange(sent, 4, 12);
        rig.Host.Decides = static _ => CommandReply.Ok;
        rig.Pass(TimeSpan.FromSeconds(3));
        Assert.Equal(sent + 1, rig.Host.Commands.OfType<LegChanged>().Count());
    }

    [Theory]
    [InlineData(true, 486)]
    [InlineData(false, 480)]
    public async Task A_caller_whose_call_ended_before_its_record_was_stored_is_refused_and_not_answered(bool isTold, int status)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        rig.Host.Holds = static command => command is LegChanged;
        rig.Effect(new AnswerCaller(rig.CallId, "tone"));
        rig.OfferAlice();
        if (isTold)
        {
            rig.Effect(new EndCaller(rig.CallId, 486, "Waited too long"));
            rig.Effect(new ReleaseCall(rig.CallId));
        }

        rig.Host.Decides = static command => command is LegChanged ? new CommandReply(ReplyCode.NotFound, "no such call") : CommandReply.Ok;
        rig.Do(rig.Host.Release);

        Assert.Equal([100, status], rig.Caller.Statuses);
        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 180));
        Assert.Single(rig.Alice.Cancels);
        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 487));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task One_who_hung_up_before_the_answer_hears_that_and_a_refusal()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        rig.Effect(new RingCaller(rig.CallId));
        rig.Host.Holds = static command => command is LegChanged or CallerLeft;
        rig.Effect(new AnswerCaller(rig.CallId, "tone"));
        var ringing = rig.Caller.LastResponse;
        var bye = rig.Caller.NewRequest(SipMethod.Bye, GatewayRig.Number);
        bye.Headers.Set(HeaderId.To, ringing.Headers[HeaderId.To]!);
        bye.Headers.Set(HeaderId.CSeq, "2 BYE");
        rig.Do(() => rig.Caller.Send(bye));

        rig.Host.Decides = static command => command is LegChanged ? new CommandReply(ReplyCode.NotFound, "no such call") : CommandReply.Ok;
        rig.Do(rig.Host.Release);

        Assert.Equal([(SipMethod.Invite, 480), (SipMethod.Bye, 200)], rig.Caller.Responses.Where(static response => response.IsFinal).Select(static response => (response.CSeq.Method, response.StatusCode)));
        rig.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_caller_who_was_answered_without_a_record_is_refused_and_hung_up_by_the_next_life(bool wasAnswered)
    {
        LegState leg;
        RestoreCall ended;
        await using (var former = await GatewayRig.StartAsync())
        {
            former.Arrive();
            leg = former.Host.Last<CallArrived>().Leg!;
            former.Host.Holds = static command => command is LegChanged;
            former.Effect(new AnswerCaller(former.CallId, "tone"));
            former.Pass(TimeSpan.FromSeconds(1));
            Assert.Contains(200, former.Caller.Statuses);
            ended = new RestoreCall(former.CallId)
            {
                State = CallState.Ended, CallerAnswered = wasAnswered, Media = "tone", Legs = [leg], Offers = [], Owed = new OwedEnds(new EndCaller(former.CallId, 480, "Waited too long"), null),
            };
        }

        await using var rig = await GatewayRig.StartAsync();
        rig.Effect(ended);

        string refusal = Assert.Single(rig.Sent, static text => text.StartsWith("SIP/2.0 480", StringComparison.Ordinal));
        string[] byes = [.. rig.Sent.Where(static text => text.StartsWith("BYE ", StringComparison.Ordinal))];
        Assert.Equal(wasAnswered ? 1 : 0, byes.Length);
        Assert.All(byes, bye => Assert.Contains(TagOf(refusal, "To"), TagOf(bye, "From"), StringComparison.Ordinal));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_stall_is_counted_once_and_when_the_caller_was_answered_in_spite_of_it()
    {
        await using var rig = await GatewayRig.StartAsync(lease: Terms);
        rig.Arrive();
        rig.Host.Holds = static command => command is GatewayAlive or LegChanged;
        rig.Effect(new AnswerCaller(rig.CallId, "tone"));
        rig.Freeze(TimeSpan.FromSeconds(12));
        rig.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(0, rig.Gateway.Snapshot().Gateway[SipGatewayCounter.StallsOverridden]);

        rig.Do(() => rig.Host.Release(static command => command is GatewayAlive));
        rig.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(1, rig.Gateway.Snapshot().Gateway[SipGatewayCounter.StallsOverridden]);
        Assert.Contains(200, rig.Caller.Statuses);
    }

    private static string TagOf(string message, string header)
    {
        string line = message.Split("\r\n").First(each => each.StartsWith(header + ":", StringComparison.Ordinal));
        return line[line.IndexOf(";tag=", StringComparison.Ordinal)..];
    }
}
