using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;

namespace Routing.Simulation.World;

/// <summary>What the world knows of the routing side: sessions of gateways, and REST writes.</summary>
internal interface IRouting
{
    /// <summary>A gateway process connects; a higher incarnation ends the former one's session.</summary>
    IGatewaySession OpenGateway(GatewayId gateway, long incarnation, IEffectSink sink);

    /// <summary>A REST write. The handler may never be called: the connection can break at any moment.</summary>
    void Send(DomainId domain, Command command, Action<CommandReply> onReply);
}
