using Routing.Contracts.Ids;

namespace Routing.Mailbox.Hosting;

/// <summary>Carries messages between the domains of a process: a <see cref="PeerPump"/> for each, also for those that come later.</summary>
public sealed class PeerExchange : IDisposable
{
    private readonly LocalHost _host;
    private readonly Func<GatewayId, long, IEffectSink, IGatewaySession> _open;
    private readonly long _incarnation;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<DomainId, PeerPump> _pumps = [];
    private bool _isClosed;

    /// <param name="host">Whose domains get what others say to them.</param>
    /// <param name="incarnation">Of this process: higher than those before.</param>
    /// <param name="time">For waiting before something is said again.</param>
    /// <param name="reach">Reaches all domains that may say something, those of <paramref name="host"/> included; null when there are no others.</param>
    public PeerExchange(LocalHost host, long incarnation, TimeProvider time, IDomainHost? reach = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        _host = host;
        _open = (reach ?? host).OpenGateway;
        _incarnation = incarnation;
        _time = time;
        host.DomainsChanged += Follow;
        Follow();
    }

    public void Dispose()
    {
        _host.DomainsChanged -= Follow;
        PeerPump[] pumps;
        lock (_gate)
        {
            _isClosed = true;
            pumps = [.. _pumps.Values];
            _pumps.Clear();
        }

        Array.ForEach(pumps, static pump => pump.Dispose());
    }

    private void Follow()
    {
        lock (_gate)
        {
            foreach (DomainId domain in _host.Domains)
            {
                if (!_isClosed && !_pumps.ContainsKey(domain))
                {
                    _pumps.Add(domain, new PeerPump(domain, _open, _incarnation, _time));
                }
            }
        }
    }
}
