using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;

namespace Routing.Micro.Cluster;

/// <summary>Single commands to machines that write three rows, an effect and an event a turn and do nothing else: what the engine and the store take.</summary>
internal sealed class CommandLoad : ILoad, IDisposable
{
    private static readonly Command Sent = new SetAgentState(AgentId.Of("agent1"), AgentMode.Ready, null, "benchmark");

    private readonly LoadMeter _meter = new();
    private readonly IGatewaySession _session;
    private IReadOnlyList<DomainId> _domains = [];

    public CommandLoad(IDomainHost host, GatewayId gateway)
    {
        AcknowledgingSink sink = new();
        _session = host.OpenGateway(gateway, 1, sink);
        sink.Session = _session;
    }

    public long Commands => _meter.Answered;

    public long Calls => 0;

    public long Refused => _meter.Refused;

    public IReadOnlyList<double> Waits() => _meter.Waits();

    public void Prepare(IReadOnlyList<DomainId> domains) => _domains = domains;

    public void Begin(int inFlight)
    {
        foreach (DomainId domain in _domains)
        {
            for (int i = 0; i < inFlight; i++)
            {
                Send(domain);
            }
        }
    }

    public void Dispose() => _session.Dispose();

    private void Send(DomainId domain)
    {
        long sent = TimeProvider.System.GetTimestamp();
        _session.Send(domain, Sent, reply =>
        {
            _meter.Add(sent, reply.IsOk);
            Send(domain);
        });
    }
}
