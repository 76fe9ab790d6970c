using System.Collections.Immutable;
using System.Net;
using Routing.Gateway.Telephony.Edge;

namespace Routing.Gateway.Telephony.Defence;

/// <summary>Tells trunks and this machine from strangers. The answer for an address is found once and kept until the configuration changes. Any thread.</summary>
internal sealed class TrustedSources
{
    /// <summary>Answers kept; when full all are forgotten.</summary>
    private const int CacheLimitEntries = 8_192;

    /// <summary>More gateways than a cluster has; when full, those who come are strangers to the rates, and still get through.</summary>
    private const int PeersLimit = 1_024;

    private readonly Lock _gate = new();
    private readonly EdgeDirectory _directory;
    private readonly Dictionary<IPAddress, bool> _isTrunk = [];
    private ImmutableHashSet<IPAddress> _peers = [];

    public TrustedSources(EdgeDirectory directory)
    {
        _directory = directory;
        directory.Changed += _ =>
        {
            lock (_gate)
            {
                _isTrunk.Clear();
            }
        };
    }

    public SourceTrust Of(IPAddress address) =>
        IsTrunk(address) ? SourceTrust.Trunk
        : Volatile.Read(ref _peers).Contains(address) ? SourceTrust.Peer
        : IPAddress.IsLoopback(address) ? SourceTrust.Local
        : SourceTrust.Stranger;

    public void AddPeer(IPAddress address)
    {
        if (_peers.Contains(address) || _peers.Count >= PeersLimit)
        {
            return;
        }

        lock (_gate)
        {
            Volatile.Write(ref _peers, _peers.Add(address));
        }
    }

    private bool IsTrunk(IPAddress address)
    {
        lock (_gate)
        {
            if (_isTrunk.TryGetValue(address, out bool known))
            {
                return known;
            }

            if (_isTrunk.Count >= CacheLimitEntries)
            {
                _isTrunk.Clear();
            }

            bool isTrunk = _directory.Domains.Any(domain => domain.IsTrunk(address));
            _isTrunk.Add(address, isTrunk);
            return isTrunk;
        }
    }
}
