using System.Text;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Routing.Sip.Transport;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>What phones, carriers and proxies do that a textbook call does not.</summary>
public sealed class InteropTests
{
    private const string Sdp = "v=0\r\no=x 1 1 IN IP4 127.0.0.2\r\ns=-\r\nc=IN IP4 127.0.0.2\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8 0\r\n";

    [Fact]
    public async Task An_agent_who_hangs_up_while_the_answer_is_being_committed_ends_the_call()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        rig.OfferAlice();
        rig.Host.Holds = static command => command is OfferAnswered;

        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.3", 42_000)));
        rig.Do(() => rig.Alice.Ask(SipMethod.Bye));
        rig.Do(rig.Host.Release);

        Assert.Single(rig.Alice.Acks);
        Assert.Equal(AgentLegEndCause.HungUp, rig.Host.Last<AgentLegEnded>().Cause);
        Assert.Equal((200, SipMethod.Bye), (rig.Alice.LastResponse.StatusCode, rig.Alice.LastResponse.CSeq.Method));
        rig.Effect(new EndCaller(rig.CallId, 480, "agent left"));
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task An_agents_200_that_rejects_the_audio_is_hung_up_and_the_phone_counts_as_unreachable()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        rig.OfferAlice();

        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.3", port: 0)));

        Assert.Single(rig.Alice.Acks);
        Assert.Equal(1, rig.Alice.CountOf(SipMethod.Bye));
        Assert.Equal((OfferFailure.Unreachable, 488), (rig.Host.Last<OfferFailed>().Failure, rig.Host.Last<OfferFailed>().SipStatus));
        Assert.DoesNotContain(200, rig.Caller.Statuses);
    }

    [Theory]
    [InlineData("signal;handling=optional", 100)]
    [InlineData("signal;handling=required", 415)]
    [InlineData("signal", 415)]
    public async Task A_description_beside_another_part_is_taken_when_the_other_part_is_optional(string disposition, int status)
    {
        await using var rig = await GatewayRig.StartAsync();
        string body = $"--b\r\nContent-Type: application/sdp\r\n\r\n{Sdp}\r\n--b\r\nContent-Type: application/isup\r\nContent-Disposition: {disposition}\r\n\r\n\u0001\r\n--b--\r\n";

        rig.Do(() => rig.Caller.Invite(GatewayRig.Number, null, invite => invite.SetBody("multipart/mixed;boundary=b", Encoding.UTF8.GetBytes(body))));

        Assert.Equal([status], rig.Caller.Statuses);
        if (status == 100)
        {
            rig.OfferAlice();
            Assert.Contains("m=audio 40000", Encoding.UTF8.GetString(rig.Alice.LastRequest(SipMethod.Invite).Request.Body.Span), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_body_that_may_be_ignored_is_ignored()
    {
        await using var rig = await GatewayRig.StartAsync();

        rig.Do(() => rig.Caller.Invite(GatewayRig.Number, null, static invite =>
        {
            invite.SetBody("text/plain", "hello"u8.ToArray());
            invite.Headers.Set(HeaderId.ContentDisposition, "render;handling=optional");
        }));

        Assert.Equal([100], rig.Caller.Statuses);
        Assert.True(rig.Host.Last<CallArrived>().LateOffer);
    }

    [Theory]
    [InlineData("tel:1000")]
    [InlineData("tel:10-0.0;phone-context=+49")]
    [InlineData("sip:10(0.0)@127.0.0.1:5060;user=phone")]
    [InlineData("sip:%31000;npdi=yes@127.0.0.1:5060")]
    public async Task A_number_is_the_same_however_it_is_written(string uri)
    {
        await using var rig = await GatewayRig.StartAsync();
        var invite = rig.Caller.NewRequest(SipMethod.Invite, uri, Encoding.UTF8.GetBytes(Sdp));
        invite.Headers.Set(HeaderId.Route, "<sip:127.0.0.1:5060;lr>");

        rig.Do(() => rig.Caller.Send(invite, "sip:127.0.0.1:5060"));

        Assert.Equal([100], rig.Caller.Statuses);
        Assert.Equal("1000", rig.Host.Last<CallArrived>().Dnis);
    }

    [Theory]
    [InlineData("<sip:+4930123;phone-context=x@carrier.example;user=phone>", "+4930123")]
    [InlineData("<tel:+49-30-(12)3>", "+4930123")]
    [InlineData("<sip:first-floor@carrier.example>", "first-floor")]
    [InlineData("\"Anonymous\" <sip:anonymous@anonymous.invalid>", "")]
    [InlineData("<sip:Anonymous@carrier.example>", "")]
    [InlineData("<sip:j%C3%BCrgen@carrier.example>", "")]
    [InlineData("<sip:carrier.example>", "")]
    public async Task The_callers_number_is_what_a_customer_can_be_known_by(string from, string ani)
    {
        await using var rig = await GatewayRig.StartAsync();

        rig.Do(() => rig.Caller.Invite(GatewayRig.Number, Encoding.UTF8.GetBytes(Sdp), invite => invite.Headers.Set(HeaderId.From, $"{from};tag=1")));

        Assert.Equal(ani, rig.Host.Last<CallArrived>().Ani);
    }

    [Fact]
    public async Task A_call_that_goes_round_in_circles_over_us_runs_out_of_hops()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Do(() => rig.Caller.Invite(GatewayRig.Number, Encoding.UTF8.GetBytes(Sdp), static invite => invite.Headers.Set(HeaderId.MaxForwards, "7")));
        rig.OfferAlice();

        Assert.Equal(6, rig.Alice.LastRequest(SipMethod.Invite).Request.Headers.MaxForwards);
    }

    [Fact]
    public async Task A_caller_whose_connection_is_lost_before_its_200_does_not_keep_the_agent()
    {
        await using var rig = await GatewayRig.StartAsync(alsoListensOn: SipTransportKind.Tcp);
        var caller = rig.NewPhone("tcp-caller", 8, SipTransportKind.Tcp);
        rig.Do(() => caller.Invite(GatewayRig.Number + ";transport=tcp", Encoding.UTF8.GetBytes(Sdp)));
        rig.OfferAlice();

        rig.Do(caller.Dispose);
        rig.AliceAnswers();

        Assert.Equal(CallerLeaveCause.ConnectFailed, rig.Host.Last<CallerLeft>().Cause);
        rig.Effect(new EndAgentLeg(rig.CallId, rig.Offer, "caller left"));
        rig.Do(() => rig.Alice.Respond(SipMethod.Bye, 200));
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.AssertNothingIsLeft();
    }
}
