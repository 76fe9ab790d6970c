namespace Routing.Silo.Diagnostics;

/// <summary>A part of the process that has figures to show.</summary>
internal interface IMetricsSource
{
    void Write(PrometheusText text);
}
