using Routing.Gateway.Sessions;

namespace Routing.Silo.Diagnostics;

/// <summary>What the web side counts.</summary>
internal sealed class WebMetrics(WebCounters counters) : IMetricsSource
{
    public void Write(PrometheusText text)
    {
        WebCountersSnapshot now = counters.Snapshot();
        text.Counter("routing_http_responses_total", "HTTP responses by status class.")
            .Sample(now.Responses1xx, ("class", "1xx"))
            .Sample(now.Responses2xx, ("class", "2xx"))
            .Sample(now.Responses3xx, ("class", "3xx"))
            .Sample(now.Responses4xx, ("class", "4xx"))
            .Sample(now.Responses5xx, ("class", "5xx"));
        text.Counter("routing_http_keys_refused_total", "Requests with an unknown key or ticket.").Sample(now.KeysRefused);
        text.Counter("routing_http_throttled_total", "Requests answered 429.").Sample(now.Throttled);
        text.Counter("routing_http_connections_refused_total", "Connections above the limit of their source.").Sample(now.ConnectionsRefused);
        text.Gauge("routing_hub_connections", "Open connections of live pages.").Sample(now.HubConnections);
        text.Counter("routing_hub_connections_refused_total", "Connections of live pages above the limit.").Sample(now.HubConnectionsRefused);
        text.Counter("routing_hub_frames_total", "Frames sent to live pages.").Sample(now.HubFrames);
    }
}
