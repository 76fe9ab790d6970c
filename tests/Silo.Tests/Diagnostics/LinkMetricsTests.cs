using Routing.Mailbox.Remote;
using Routing.Silo.Diagnostics;
using Xunit;

namespace Routing.Silo.Tests.Diagnostics;

/// <summary>Links between processes in /metrics.</summary>
public sealed class LinkMetricsTests
{
    [Fact]
    public void Each_link_to_a_silo_tells_whether_it_is_there_and_what_waits()
    {
        PrometheusText text = new();
        LinkMetrics.WriteLinks(text, new LinksStatus(
            [new LinkStatus("silo-1", "delivery", true, 250, 4_096, 17, 3, 0), new LinkStatus("10.0.0.3:7000", "delivery", false, null, 0, 0, 0, 2)], 5));
        string[] lines = text.ToString().Split('\n');

        Assert.Contains("routing_link_connected{peer=\"silo-1\",link=\"delivery\"} 1", lines);
        Assert.Contains("routing_link_connected{peer=\"10.0.0.3:7000\",link=\"delivery\"} 0", lines);
        Assert.Contains("routing_link_silent_seconds{peer=\"silo-1\",link=\"delivery\"} 0.25", lines);
        Assert.DoesNotContain(lines, static line => line.StartsWith("routing_link_silent_seconds{peer=\"10.0.0.3", StringComparison.Ordinal));
        Assert.Contains("routing_link_queued_bytes{peer=\"silo-1\",link=\"delivery\"} 4096", lines);
        Assert.Contains("routing_link_inputs_unanswered{peer=\"silo-1\",link=\"delivery\"} 17", lines);
        Assert.Contains("routing_link_reconnects_total{peer=\"silo-1\",link=\"delivery\"} 3", lines);
        Assert.Contains("routing_link_refused_total{peer=\"10.0.0.3:7000\",link=\"delivery\"} 2", lines);
        Assert.Contains("routing_link_inputs_ownerless 5", lines);
    }

    [Fact]
    public void Each_client_of_a_silo_is_told_by_its_name_also_when_it_left()
    {
        PrometheusText text = new();
        LinkMetrics.WriteClients(text, [new LinkClientStatus("gateway-1", 2, 500, 10, 3, 8), new LinkClientStatus("silo:silo-2", 0, null, 0, 0, 2)]);
        string[] lines = text.ToString().Split('\n');

        Assert.Contains("routing_link_client_connections{peer=\"gateway-1\"} 2", lines);
        Assert.Contains("routing_link_client_connections{peer=\"silo:silo-2\"} 0", lines);
        Assert.Contains("routing_link_client_silent_seconds{peer=\"gateway-1\"} 0.5", lines);
        Assert.Contains("routing_link_client_queued_bytes{peer=\"gateway-1\"} 10", lines);
        Assert.Contains("routing_link_client_inputs_unanswered{peer=\"gateway-1\"} 3", lines);
        Assert.Contains("routing_link_client_connects_total{peer=\"gateway-1\"} 8", lines);
    }
}
