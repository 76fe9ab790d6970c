using Routing.Contracts.Ids;

namespace Routing.Mailbox.Remote;

/// <summary>Why silos are not reached, in words for an operator. The host's lock is held by the caller.</summary>
internal static class RemoteReasons
{
    /// <summary>Null when an owner of the domain is reached. Whoever is beyond reach may have it: each is named, with what is wrong.</summary>
    public static string? Unreached(DomainId domain, RemoteOwners owners, IEnumerable<RemoteSilo> silos)
    {
        if (owners.Of(domain)?.Channel is not null)
        {
            return null;
        }

        string[] down = [.. silos.Where(static silo => silo.Delivery.DownReason is not null).Select(static silo => $"{silo.Address}: {silo.Delivery.DownReason!.TrimEnd('.')}").Order(StringComparer.Ordinal)];
        return $"no silo that owns domain {domain} can be reached" + (down.Length == 0 ? "" : ": " + string.Join("; ", down));
    }
}
