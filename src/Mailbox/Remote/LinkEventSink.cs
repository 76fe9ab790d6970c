using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Serialization;
using Routing.Mailbox.Hosting;

namespace Routing.Mailbox.Remote;

/// <summary>Sends the events of one subscription over its link.</summary>
internal sealed class LinkEventSink(long number, ILinkChannel channel) : IEventSink
{
    /// <exception cref="SinkBusyException">The link is closed or full: the subscription tries again later.</exception>
    public void OnEvents(DomainId domain, TurnEvents turn)
    {
        if (!channel.HasRoom || !channel.Send(FrameWriter.Begin(LinkFrameKind.Events).Number(number).Json(turn, ContractsJson.Default.TurnEvents).Written))
        {
            throw new SinkBusyException();
        }
    }
}
