using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Mailbox.Hosting;

namespace Routing.Silo.Diagnostics;

/// <summary>
/// Probes and metrics of the process, in every role and without a key: /healthz (the process is alive), /readyz (it takes calls; 503 and why
/// when not), /metrics (Prometheus text).
/// </summary>
internal static class DiagnosticsEndpoints
{
    /// <summary>How long a scrape waits for a domain that does not answer; then its figures are left out.</summary>
    private static readonly TimeSpan SnapshotTimeout = TimeSpan.FromSeconds(1);

    public static void MapDiagnostics(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => Results.Text("alive\n"));
        routes.MapGet("/readyz", Ready);
        routes.MapGet("/metrics", Metrics);
    }

    private static IResult Ready(IDomainHost host)
    {
        HostStatus status = host.Status();
        return status.Ready
            ? Results.Text("ready\n")
            : Results.Text($"not ready: {status.NotReadyReason}\n", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> Metrics(IDomainHost host, IEnumerable<IMetricsSource> sources, CancellationToken cancellation)
    {
        var text = new PrometheusText();
        HostMetrics.Write(text, host.Status());
        DomainMetrics.Write(text, await SnapshotsAsync(host, cancellation));
        foreach (IMetricsSource source in sources)
        {
            source.Write(text);
        }

        ProcessMetrics.Write(text);
        return Results.Text(text.ToString(), PrometheusText.ContentType);
    }

    private static async Task<IReadOnlyList<DomainSnapshot>> SnapshotsAsync(IDomainHost host, CancellationToken cancellation)
    {
        List<DomainSnapshot> snapshots = [];
        foreach (DomainId domain in host.Domains)
        {
            using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limited.CancelAfter(SnapshotTimeout);
            try
            {
                snapshots.Add(await host.SnapshotAsync(domain, limited.Token));
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // The domain is busy or its store hangs: routing_ready and /readyz say so.
                break;
            }
        }

        return snapshots;
    }
}
