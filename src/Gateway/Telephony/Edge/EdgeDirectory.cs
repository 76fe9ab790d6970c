using System.Collections.Immutable;
using System.Net;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;

namespace Routing.Gateway.Telephony.Edge;

/// <summary>
/// The gateway's copy of what domains tell the edge: which domain a host, realm, number or source belongs to. Read on the SIP thread, replaced
/// as a whole by <see cref="Apply"/>, so a reader never sees half of a change.
/// </summary>
public sealed class EdgeDirectory
{
    private ImmutableArray<EdgeDomain> _domains = [];

    /// <summary>A configuration was taken. On the thread that brought it.</summary>
    public event Action<EdgeConfiguration>? Changed;

    /// <summary>In order of id.</summary>
    public ImmutableArray<EdgeDomain> Domains => _domains;

    /// <summary>Takes a configuration unless a newer one of its domain is there.</summary>
    public void Apply(EdgeConfiguration configuration)
    {
        ImmutableInterlocked.Update(ref _domains, With, configuration);
        Changed?.Invoke(configuration);
    }

    public EdgeDomain? Find(DomainId id) => _domains.FirstOrDefault(domain => domain.Id == id);

    /// <summary>
    /// The domain that a request speaks to: the one that has this host or realm; else, since phones and trunks often write our address, the only
    /// one, or the only one that has the number or trusts the source.
    /// </summary>
    /// <param name="host">Host of the Request-URI.</param>
    /// <param name="number">Its user part; null when there is none.</param>
    /// <param name="source">Where the request came from; null when that does not matter.</param>
    public EdgeDomain? Resolve(string host, string? number, IPAddress? source)
    {
        var domains = _domains;
        if (domains.FirstOrDefault(domain => domain.HasHost(host)) is { } named)
        {
            return named;
        }

        if (domains.Length <= 1)
        {
            return domains.FirstOrDefault();
        }

        return Only(domains, domain => number is not null && domain.HasNumber(number))
            ?? Only(domains, domain => number is not null && source is not null && domain.HasNumber(number) && domain.IsTrunk(source));
    }

    /// <summary>The domain with this realm.</summary>
    public EdgeDomain? FindRealm(string realm) => _domains.FirstOrDefault(domain => domain.Realm == realm);

    private static ImmutableArray<EdgeDomain> With(ImmutableArray<EdgeDomain> domains, EdgeConfiguration added)
    {
        var known = domains.FirstOrDefault(domain => domain.Id == added.Domain);
        if (known is not null && known.Configuration.Version > added.Version)
        {
            return domains;
        }

        return domains.RemoveAll(domain => domain == known).Add(new EdgeDomain(added)).Sort(static (a, b) => a.Id.CompareTo(b.Id));
    }

    private static EdgeDomain? Only(ImmutableArray<EdgeDomain> domains, Func<EdgeDomain, bool> condition)
    {
        var found = domains.Where(condition).Take(2).ToList();
        return found.Count == 1 ? found[0] : null;
    }
}
