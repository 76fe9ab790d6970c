using System.Net;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Sip.Rtp;

namespace Routing.Gateway.Telephony.Edge;

/// <summary>One domain's numbers, credentials and trunks, ready for look-ups. Immutable.</summary>
public sealed class EdgeDomain
{
    private readonly HashSet<string> _numbers;
    private readonly HashSet<string> _hosts;
    private readonly Dictionary<string, EdgeAgent> _agents;
    private readonly IPNetwork[] _trunks;
    private readonly Dictionary<string, RtpClip> _announcements;

    public EdgeDomain(EdgeConfiguration configuration)
    {
        Configuration = configuration;
        _numbers = new HashSet<string>(configuration.Numbers, StringComparer.Ordinal);
        _hosts = new HashSet<string>(configuration.Hosts, StringComparer.OrdinalIgnoreCase) { configuration.Realm };
        _agents = configuration.Agents.ToDictionary(static agent => agent.SipUser, StringComparer.Ordinal);
        _announcements = configuration.Announcements.ToDictionary(
            static announcement => announcement.Name,
            static announcement => new RtpClip(announcement.Law == AudioLaw.Pcma ? RtpCodec.Pcma : RtpCodec.Pcmu, announcement.Audio.Span),
            StringComparer.Ordinal);
        _trunks = [.. configuration.Trunks.SelectMany(static trunk => trunk.Addresses).Select(ParseTrunk).OfType<IPNetwork>()];
    }

    public EdgeConfiguration Configuration { get; }

    public DomainId Id => Configuration.Domain;

    public string Realm => Configuration.Realm;

    /// <summary>True when the domain calls itself by this host or realm.</summary>
    public bool HasHost(string host) => _hosts.Contains(host);

    /// <summary>Numbers are compared as they are.</summary>
    public bool HasNumber(string number) => _numbers.Contains(number);

    public EdgeAgent? FindAgent(string sipUser) => _agents.GetValueOrDefault(sipUser);

    /// <summary>Null when there is none of the name.</summary>
    public RtpClip? FindAnnouncement(string name) => _announcements.GetValueOrDefault(name);

    public bool IsTrunk(IPAddress source)
    {
        var address = source.IsIPv4MappedToIPv6 ? source.MapToIPv4() : source;
        foreach (var trunk in _trunks)
        {
            if (trunk.BaseAddress.AddressFamily == address.AddressFamily && trunk.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The domain has checked the syntax; what cannot be read matches nobody.</summary>
    private static IPNetwork? ParseTrunk(string text)
    {
        if (IPNetwork.TryParse(text, out var network))
        {
            return network;
        }

        return IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8) : null;
    }
}
