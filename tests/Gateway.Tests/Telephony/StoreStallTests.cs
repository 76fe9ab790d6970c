using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Gateway.Tests.Telephony.Rig;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>The domain cannot take what a call must have stored, for a while.</summary>
public sealed class StoreStallTests
{
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
}
