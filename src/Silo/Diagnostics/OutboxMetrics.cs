using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;

namespace Routing.Silo.Diagnostics;

/// <summary>
/// What the domains of this process have said to gateways and to other domains, and nobody has taken yet. As many labels as <see cref="DomainMetrics"/> has for domains, by two kinds; the rest is one:
/// the sum of what waits, and the oldest of it.
/// </summary>
internal sealed class OutboxMetrics(LocalHost host) : IMetricsSource
{
    private const double MillisecondsPerSecond = 1_000;

    public void Write(PrometheusText text) => Write(text, [.. host.Status().Lanes.SelectMany(static lane => lane.Outboxes)]);

    /// <summary>Writes what lanes tell, in any order.</summary>
    public static void Write(PrometheusText text, IReadOnlyList<OutboxStatus> outboxes)
    {
        HashSet<DomainId> named = [.. outboxes.Select(static one => one.Domain).Distinct().Order().Take(DomainMetrics.MaxDomainLabelsCount)];
        var figures = outboxes
            .GroupBy(one => (Domain: named.Contains(one.Domain) ? one.Domain.Value : DomainFigures.Others, one.IsPeer))
            .OrderBy(static group => group.Key.Domain, StringComparer.Ordinal)
            .ThenBy(static group => group.Key.IsPeer)
            .Select(static group => (Labels: LabelsOf(group.Key.Domain, group.Key.IsPeer), Count: group.Sum(static one => one.Count), OldestMs: group.Max(static one => one.OldestMs)))
            .ToArray();
        text.Gauge("routing_outbox_effects", "Effects for gateways, and messages to other domains, that are not acknowledged; as of at most 5 s ago.");
        Array.ForEach(figures, figure => text.Sample(figure.Count, figure.Labels));
        text.Gauge("routing_outbox_oldest_seconds", "Age of the oldest of them, 0 without one. What nobody takes keeps the turn log from being pruned.");
        Array.ForEach(figures, figure => text.Sample(figure.OldestMs / MillisecondsPerSecond, figure.Labels));
    }

    private static (string Name, string Value)[] LabelsOf(string domain, bool isPeer) => [("domain", domain), ("to", isPeer ? "domain" : "gateway")];
}
