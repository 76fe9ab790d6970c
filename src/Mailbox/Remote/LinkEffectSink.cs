using Routing.Contracts.Ids;
using Routing.Contracts.Serialization;
using Routing.Mailbox.Delivery;
using Routing.Mailbox.Hosting;

namespace Routing.Mailbox.Remote;

/// <summary>Sends the effects of a gateway over its link, on the lane's thread.</summary>
internal sealed class LinkEffectSink(GatewayId gateway, LinkTurns turns) : IEffectSink
{
    /// <summary>The link: it puts together what one turn says over it, for whomever.</summary>
    public object? TurnScope => turns;

    /// <exception cref="SinkBusyException">The link is closed or full: the lane sends it again later.</exception>
    public void OnEffect(EffectEnvelope envelope)
    {
        if (!turns.HasRoom)
        {
            throw new SinkBusyException();
        }

        FrameWriter frame = FrameWriter.Begin(LinkFrameKind.Effect).Text(gateway.Value).Text(envelope.Domain.Value).Number(envelope.Epoch).Number(envelope.Sequence);
        frame = envelope.Effect is UnknownEffect unknown ? frame.Bytes(unknown.Json.Span) : frame.Json(envelope.Effect, ContractsJson.Default.Effect);
        if (!turns.Send(frame.Written))
        {
            throw new SinkBusyException();
        }
    }

    public void BeginTurn() => turns.Begin();

    public void EndTurn() => turns.End();
}
