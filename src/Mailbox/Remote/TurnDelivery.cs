using Routing.Contracts.Commands;
using Routing.Mailbox.Hosting;

namespace Routing.Mailbox.Remote;

/// <summary>What one turn says to one gateway: replies that became due, then effects.</summary>
internal sealed class TurnDelivery
{
    public List<(RemoteInput Input, CommandReply Reply)> Answers { get; } = [];

    public List<EffectEnvelope> Effects { get; } = [];
}
