using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Delivery;

namespace Routing.Mailbox.Hosting;

/// <summary>A gateway's session with the lanes of this process. Inputs go in without a number: the lane gives it, since sender and lane live and die together.</summary>
internal sealed class GatewaySession(LocalHost host, GatewayId gateway, long incarnation, IEffectSink sink) : IGatewaySession
{
    private readonly SenderId _sender = SenderId.Of(gateway.Value);
    private bool _closed;

    public GatewayId Gateway { get; } = gateway;

    public long Incarnation { get; } = incarnation;

    public IEffectSink Sink { get; } = sink;

    public void Send(DomainId domain, Command command, Action<CommandReply> onReply)
    {
        LaneInput input = new(domain, _sender, SenderIncarnation.Of(Incarnation), command, onReply);
        if (Volatile.Read(ref _closed))
        {
            host.Refuse(input, "The session was closed.");
        }
        else
        {
            host.Post(input);
        }
    }

    public void Acknowledge(DomainId domain, long sequence)
    {
        if (!Volatile.Read(ref _closed))
        {
            host.LaneOf(domain)?.Acknowledge(domain, Gateway, sequence);
        }
    }

    public void Dispose() => host.CloseSession(this);

    /// <summary>Another session took over, or the gateway closed this one.</summary>
    internal void End() => Volatile.Write(ref _closed, true);
}
