using System.Net;
using Routing.Contracts.Configuration;

namespace Routing.Silo.Configuration;

/// <summary>
/// Whether gateways can tell domains apart that share their listening addresses. A request belongs to the domain that has the host of its Request-URI, as a host or as its realm. Phones and trunks that write a gateway's
/// own address there are told apart by what is dialled: the only domain that has the number, else the only one of these that lists the source as a trunk; a phone that registers by the only domain that has the
/// user (Gateway/Telephony/Edge/EdgeDirectory).
/// </summary>
internal static class DomainOverlaps
{
    /// <summary>Of the numbers or users that two domains have in common.</summary>
    private const int NamedCount = 3;

    /// <param name="domains">Each with the name by which a message calls it.</param>
    public static IReadOnlyList<DomainOverlap> Find(IReadOnlyList<(string Name, DomainConfiguration Domain)> domains)
    {
        List<DomainOverlap> found = [];
        for (int i = 0; i < domains.Count; i++)
        {
            for (int j = i + 1; j < domains.Count; j++)
            {
                Compare(domains[i], domains[j], found);
            }
        }

        return found;
    }

    /// <summary>Among domains of a process' own, and of each of them with others that gateways know.</summary>
    public static IReadOnlyList<DomainOverlap> FindAny(IReadOnlyList<(string Name, DomainConfiguration Domain)> own, IReadOnlyList<(string Name, DomainConfiguration Domain)> others)
    {
        List<DomainOverlap> found = [.. Find(own)];
        foreach ((string Name, DomainConfiguration Domain) other in others)
        {
            foreach ((string Name, DomainConfiguration Domain) one in own)
            {
                Compare(one, other, found);
            }
        }

        return found;
    }

    /// <summary>Of one domain that is to be changed with all others.</summary>
    /// <param name="changed">With the name by which a message calls it.</param>
    /// <param name="others">As they are in force.</param>
    public static IReadOnlyList<DomainOverlap> FindFor((string Name, DomainConfiguration Domain) changed, IReadOnlyList<DomainConfiguration> others) =>
        FindAny([changed], [.. others.Select(static other => ("the configuration in force", other))]);

    private static void Compare((string Name, DomainConfiguration Domain) a, (string Name, DomainConfiguration Domain) b, List<DomainOverlap> found)
    {
        string both = $"{a.Name} (domain {a.Domain.Domain}) and {b.Name} (domain {b.Domain.Domain})";
        if (a.Domain.Domain == b.Domain.Domain)
        {
            found.Add(new DomainOverlap($"{a.Name} and {b.Name} both describe domain {a.Domain.Domain}", "give each domain one file, or one folder whose files are merged", IsRefused: true));
            return;
        }

        string[] hosts = [.. HostsOf(a.Domain).Intersect(HostsOf(b.Domain), StringComparer.OrdinalIgnoreCase)];
        if (hosts.Length > 0)
        {
            found.Add(new DomainOverlap($"{both} both answer for host {Listed(hosts)}: gateways tell domains apart by it", "give each domain a realm and hosts of its own", IsRefused: true));
        }

        LendingLint.Compare(a, b, found);
        LendingLint.Compare(b, a, found);
        string[] numbers = [.. a.Domain.Numbers.Select(static number => number.Number).Intersect(b.Domain.Numbers.Select(static number => number.Number), StringComparer.Ordinal)];
        if (numbers.Length > 0 && !AreToldApart(a.Domain, b.Domain))
        {
            found.Add(new DomainOverlap(
                $"{both} both have number {Listed(numbers)}: callers reach it by the domain's host (sip:{numbers[0]}@{a.Domain.Realm}), and not at a gateway's address (403)",
                "use different numbers, or list each trunk in one domain only",
                IsRefused: false));
        }

        string[] users = [.. a.Domain.Agents.Select(static agent => agent.SipUser).Intersect(b.Domain.Agents.Select(static agent => agent.SipUser), StringComparer.Ordinal)];
        if (users.Length > 0)
        {
            found.Add(new DomainOverlap(
                $"{both} both have an agent with SIP user {Listed(users)}: their phones must register at the domain's host ({a.Domain.Realm}), not at a gateway's address",
                "use different users, or a realm or host that phones can write",
                IsRefused: false));
        }

        string[] keys = [.. a.Domain.ApiKeys.IntersectBy(b.Domain.ApiKeys.Select(static key => key.Sha256), static key => key.Sha256, StringComparer.Ordinal).Select(static key => key.Name)];
        if (keys.Length > 0)
        {
            found.Add(new DomainOverlap(
                $"{both} both have the API key of {Listed(keys)}: a request that does not name its domain is taken as one of the first by name",
                "use keys of their own, or name the domain (/api/v1/domains/NAME/…)",
                IsRefused: false));
        }
    }

    /// <summary>Each has trunks, and no address is in both: whoever dials from a trunk reaches the one that lists it.</summary>
    private static bool AreToldApart(DomainConfiguration a, DomainConfiguration b)
    {
        IPNetwork[] ofA = [.. TrunksOf(a)];
        IPNetwork[] ofB = [.. TrunksOf(b)];
        return ofA.Length > 0 && ofB.Length > 0 && !a.Demo && !b.Demo && !ofA.Any(one => ofB.Any(other => one.Contains(other.BaseAddress) || other.Contains(one.BaseAddress)));
    }

    private static IEnumerable<string> HostsOf(DomainConfiguration domain) => domain.Hosts.Append(domain.Realm);

    private static IEnumerable<IPNetwork> TrunksOf(DomainConfiguration domain)
    {
        foreach (string text in domain.Trunks.SelectMany(static trunk => trunk.Addresses))
        {
            if (IPNetwork.TryParse(text, out IPNetwork network))
            {
                yield return network;
            }
            else if (IPAddress.TryParse(text, out IPAddress? address))
            {
                yield return new IPNetwork(address, address.GetAddressBytes().Length * 8);
            }
        }
    }

    private static string Listed(string[] items) => string.Join(", ", items.Take(NamedCount)) + (items.Length > NamedCount ? $" and {items.Length - NamedCount} more" : "");
}
