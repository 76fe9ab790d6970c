namespace Routing.Silo.Diagnostics;

/// <summary>A part of the process that has figures to show. What it costs to write them must not grow without bound: labels are of fixed sets, or their number is limited.</summary>
internal interface IMetricsSource
{
    void Write(PrometheusText text);
}
