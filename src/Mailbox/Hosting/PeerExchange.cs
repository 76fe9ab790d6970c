using Routing.Contracts.Ids;

namespace Routing.Mailbox.Hosting;

/// <summary>
/// Carries to the domains of a process what others say to them: a <see cref="PeerPump"/> for each, as long as it is here. The session of a domain has the epoch of its ownership as its incarnation, so that the next
/// owner's takes over from it wherever the former one is, and that of a former one that wakes is not opened.
/// </summary>
public sealed class PeerExchange : IDisposable
{
    private readonly LocalHost _host;
    private readonly Func<GatewayId, long, IEffectSink, IGatewaySession> _open;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<DomainId, (long Epoch, PeerPump Pump)> _pumps = [];
    private bool _isClosed;

    /// <param name="host">Whose domains get what others say to them.</param>
    /// <param name="time">For waiting before something is said again.</param>
    /// <param name="reach">Reaches all domains that may say something, those of <paramref name="host"/> included; null when there are no others.</param>
    public PeerExchange(LocalHost host, TimeProvider time, IDomainHost? reach = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        _host = host;
        _open = (reach ?? host).OpenGateway;
        _time = time;
        host.DomainsChanged += Follow;
        Follow();
    }

    public void Dispose()
    {
        _host.DomainsChanged -= Follow;
        lock (_gate)
        {
            _isClosed = true;
            foreach ((_, PeerPump pump) in _pumps.Values)
            {
                pump.Dispose();
            }

            _pumps.Clear();
        }
    }

    /// <summary>On the thread of a lane that took a domain or gave one up.</summary>
    private void Follow()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            Dictionary<DomainId, long> served = _host.Served.Where(static one => one.Epoch > 0).ToDictionary(static one => one.Domain, static one => one.Epoch);
            foreach ((DomainId domain, (long epoch, PeerPump pump)) in _pumps.ToArray())
            {
                if (!served.TryGetValue(domain, out long now) || now != epoch)
                {
                    _pumps.Remove(domain);
                    pump.Dispose();
                }
            }

            foreach ((DomainId domain, long epoch) in served)
            {
                if (!_pumps.ContainsKey(domain))
                {
                    _pumps.Add(domain, (epoch, new PeerPump(domain, _open, epoch, _time)));
                }
            }
        }
    }
}
