using Routing.Mailbox.Hosting;
using Routing.Silo.Hosting;

namespace Routing.Silo.Diagnostics;

/// <summary>
/// Probes and metrics of the process, in every role and without a key: /healthz (the process is alive), /readyz (it takes calls, perhaps with
/// warnings; 503 and why when not), /metrics (Prometheus text).
/// </summary>
internal static class DiagnosticsEndpoints
{
    public static void MapDiagnostics(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => Results.Text("alive\n"));
        routes.MapGet("/readyz", Ready);
        routes.MapGet("/metrics", Metrics);
    }

    private static IResult Ready(IDomainHost host, EndRequest end, IEnumerable<IReadinessNote> notes)
    {
        string? reason = end.IsAsked ? "The process was asked to end." : host.Status().NotReadyReason;
        return reason is null
            ? Results.Text("ready\n" + string.Concat(notes.SelectMany(static note => note.Notes).Select(static line => $"warning: {line}\n")))
            : Results.Text($"not ready: {reason}\n", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static IResult Metrics(IEnumerable<IMetricsSource> sources)
    {
        var text = new PrometheusText();
        foreach (IMetricsSource source in sources)
        {
            source.Write(text);
        }

        return Results.Text(text.ToString(), PrometheusText.ContentType);
    }
}
