using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>What the domain's rules need of an INVITE, and the redirect that they may end it with.</summary>
public sealed class EntryTests
{
    [Fact]
    public async Task A_redirected_caller_gets_302_with_the_address_as_contact()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();

        rig.Effect(new EndCaller(rig.CallId, 302, "closed", Contact: "sip:night@192.0.2.20;transport=tcp"));

        Assert.Equal((302, "<sip:night@192.0.2.20;transport=tcp>"), (rig.Caller.LastResponse.StatusCode, rig.Caller.LastResponse.Headers[HeaderId.Contact]));
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Only_headers_that_rules_look_at_are_told_each_with_its_first_line_and_not_without_end()
    {
        await using var rig = await GatewayRig.StartAsync(new FakeHost().Edge with { Headers = ["X-Customer-Class", "Subject", "X-Long", "X-Absent"] });

        rig.Do(() => rig.Caller.Invite(GatewayRig.Number, Phone.Sdp("127.0.0.2", 40_000), static request =>
        {
            request.Headers.Add("x-customer-class", "gold");
            request.Headers.Add("X-Customer-Class", "silver");
            request.Headers.Add("s", "Order 17");
            request.Headers.Add("X-Long", new string('x', 1_000));
            request.Headers.Add("X-Secret", "not asked for");
        }));

        Assert.Equal(
            [new SipHeaderValue("X-Customer-Class", "gold"), new SipHeaderValue("Subject", "Order 17"), new SipHeaderValue("X-Long", new string('x', SipHeaderValue.MaxLengthChars))],
            rig.Host.Last<CallArrived>().Headers);
    }
}
