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
        routes.MapGet("/healthz", Alive);
        routes.MapGet("/readyz", Ready);
        routes.MapGet("/metrics", Metrics);
    }

    /// <summary>The same of a process that waits for what it cannot begin without; whatever else is asked of it gets the reason.</summary>
    /// <param name="routes">Of a web side that has nothing else.</param>
    /// <param name="reason">For what it waits, without a full stop.</param>
    /// <param name="process">The figures that there are so far.</param>
    public static void MapWaiting(this IEndpointRouteBuilder routes, Func<string> reason, IMetricsSource process)
    {
        routes.MapGet("/healthz", Alive);
        routes.MapGet("/metrics", () =>
        {
            var text = new PrometheusText();
            HostMetrics.WriteReady(text, isReady: false);
            process.Write(text);
            return Results.Text(text.ToString(), PrometheusText.ContentType);
        });
        routes.MapFallback(() => NotReady(reason() + "."));
    }

    private static IResult Alive() => Results.Text("alive\n");

    private static IResult NotReady(string reason) => Results.Text($"not ready: {reason}\n", statusCode: StatusCodes.Status503ServiceUnavailable);

    private static IResult Ready(IDomainHost host, EndRequest end, IEnumerable<IReadinessNote> notes)
    {
        string? reason = end.IsAsked ? "The process was asked to end." : host.Status().NotReadyReason;
        return reason is null
            ? Results.Text("ready\n" + string.Concat(notes.SelectMany(static note => note.Notes).Select(static line => $"warning: {line}\n")))
            : NotReady(reason);
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
