using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;

namespace Routing.Simulation.Engine;

/// <summary>A gateway's session over its connections with all lanes.</summary>
internal sealed class SimLink(SimEngine engine, IReadOnlyList<Pipe> pipes) : IGatewaySession
{
    public void Send(DomainId domain, Command command, Action<CommandReply> onReply) => pipes[engine.LaneOf(domain)].Send(domain, command, onReply);

    public void Acknowledge(DomainId domain, long sequence) => pipes[engine.LaneOf(domain)].Acknowledge(domain, sequence);

    public void Dispose()
    {
        foreach (Pipe pipe in pipes)
        {
            pipe.Close();
        }
    }
}
