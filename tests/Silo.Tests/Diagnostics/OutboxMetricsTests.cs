using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;
using Routing.Silo.Diagnostics;
using Xunit;

namespace Routing.Silo.Tests.Diagnostics;

/// <summary>What lies in the outboxes, in /metrics.</summary>
public sealed class OutboxMetricsTests
{
    [Fact]
    public void Each_domain_tells_what_gateways_and_what_other_domains_have_not_taken()
    {
        string[] lines = Write([new(DomainId.Of("north"), false, 12, 4_500), new(DomainId.Of("north"), true, 0, 0), new(DomainId.Of("south"), true, 3, 61_000)]);

        Assert.Contains("routing_outbox_effects{domain=\"north\",to=\"gateway\"} 12", lines);
        Assert.Contains("routing_outbox_oldest_seconds{domain=\"north\",to=\"gateway\"} 4.5", lines);
        Assert.Contains("routing_outbox_effects{domain=\"north\",to=\"domain\"} 0", lines);
        Assert.Contains("routing_outbox_effects{domain=\"south\",to=\"domain\"} 3", lines);
        Assert.Contains("routing_outbox_oldest_seconds{domain=\"south\",to=\"domain\"} 61", lines);
    }

    [Fact]
    public void Domains_beyond_the_limit_of_labels_are_summed_up_with_the_oldest_of_them()
    {
        string[] lines = Write([.. Enumerable.Range(0, DomainMetrics.MaxDomainLabelsCount + 3).Select(static i => new OutboxStatus(DomainId.Of($"d{i:0000}"), true, 1, i * 1_000))]);

        Assert.Equal(DomainMetrics.MaxDomainLabelsCount + 1, lines.Count(static line => line.StartsWith("routing_outbox_effects{", StringComparison.Ordinal)));
        Assert.Contains("routing_outbox_effects{domain=\"(other)\",to=\"domain\"} 3", lines);
        Assert.Contains($"routing_outbox_oldest_seconds{{domain=\"(other)\",to=\"domain\"}} {DomainMetrics.MaxDomainLabelsCount + 2}", lines);
    }

    private static string[] Write(IReadOnlyList<OutboxStatus> outboxes)
    {
        PrometheusText text = new();
        OutboxMetrics.Write(text, outboxes);
        return text.ToString().Split('\n');
    }
}
