using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;

namespace Routing.Mailbox.Remote;

/// <summary>What a <see cref="RemoteHost"/> tells of itself. The host's lock is held by the caller.</summary>
internal static class RemoteFigures
{
    /// <param name="refused">Why silos do not serve this process; null when they do.</param>
    /// <param name="silos">All that are known.</param>
    /// <param name="owners">Who has which domain.</param>
    public static HostStatus Status(string? refused, IEnumerable<RemoteSilo> silos, RemoteOwners owners)
    {
        string? reason = refused;
        if (reason is null && owners.Domains.Count == 0)
        {
            string? why = silos.Select(silo => silo.Delivery.DownReason).FirstOrDefault(down => down is not null);
            reason = "No silo was reached yet" + (why is null ? "." : $": {why}");
        }

        foreach (DomainId domain in owners.Domains)
        {
            reason ??= owners.Of(domain)?.Channel is null ? $"No silo that owns domain '{domain}' can be reached."
                : owners.IsRefused(domain) ? $"The silo that owns domain '{domain}' takes nothing for it: its store does not answer."
                : null;
        }

        bool someReady = refused is null && owners.Domains.Any(domain => owners.Of(domain)?.Channel is not null && !owners.IsRefused(domain));
        bool isRefusing = owners.Domains.Count > 0 && owners.Domains.All(owners.IsRefused);
        return new HostStatus { Ready = reason is null, SomeReady = someReady, IsRefusing = isRefusing, NotReadyReason = reason, Lanes = [] };
    }

    /// <summary>A silo that changed its address, or that has two, is one peer: the link that is connected counts, and what was counted over the other one.</summary>
    public static LinksStatus Links(IEnumerable<RemoteSilo> silos, IEnumerable<RemotePipeline> pipelines, RemoteOwners owners)
    {
        Dictionary<RemoteConnection, long> unanswered = [];
        long ownerless = 0;
        foreach (RemotePipeline pipeline in pipelines)
        {
            if (owners.Of(pipeline.Domain) is { } owner)
            {
                unanswered[owner] = unanswered.GetValueOrDefault(owner) + pipeline.UnansweredCount;
            }
            else
            {
                ownerless += pipeline.UnansweredCount;
            }
        }

        IEnumerable<LinkStatus> links = silos
            .SelectMany(static silo => silo.Links)
            .Select(link => link.Status(unanswered.GetValueOrDefault(link)))
            .GroupBy(static link => (link.Peer, link.Purpose))
            .Select(static same => same.Aggregate(Merge))
            .OrderBy(static link => link.Peer, StringComparer.Ordinal)
            .ThenBy(static link => link.Purpose, StringComparer.Ordinal);
        return new LinksStatus([.. links], ownerless);
    }

    private static LinkStatus Merge(LinkStatus one, LinkStatus other) => (one.IsConnected ? one : other) with
    {
        QueuedBytes = one.QueuedBytes + other.QueuedBytes,
        UnansweredInputs = one.UnansweredInputs + other.UnansweredInputs,
        ReconnectsCount = one.ReconnectsCount + other.ReconnectsCount,
        RefusalsCount = one.RefusalsCount + other.RefusalsCount,
    };
}
