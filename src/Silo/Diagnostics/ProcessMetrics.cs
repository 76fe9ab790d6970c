using System.Diagnostics;
using System.Globalization;

namespace Routing.Silo.Diagnostics;

/// <summary>Memory, processor time, threads and garbage collection of this process.</summary>
internal static class ProcessMetrics
{
    public static void Write(PrometheusText text)
    {
        using var process = Process.GetCurrentProcess();
        text.Gauge("process_resident_memory_bytes", "Memory in use.").Sample(process.WorkingSet64);
        text.Counter("process_cpu_seconds_total", "Processor time used.").Sample(process.TotalProcessorTime.TotalSeconds);
        text.Gauge("process_start_time_seconds", "Start of the process, Unix time.").Sample(new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0);
        text.Gauge("process_threads", "Threads of the process.").Sample(process.Threads.Count);
        text.Gauge("dotnet_heap_bytes", "Managed heap.").Sample(GC.GetTotalMemory(forceFullCollection: false));
        text.Counter("dotnet_allocated_bytes_total", "Bytes allocated.").Sample(GC.GetTotalAllocatedBytes());
        text.Counter("dotnet_gc_pause_seconds_total", "Time the program stood still for the garbage collector.").Sample(GC.GetTotalPauseDuration().TotalSeconds);
        text.Counter("dotnet_gc_collections_total", "Garbage collections by generation.");
        for (int generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            text.Sample(GC.CollectionCount(generation), ("generation", generation.ToString(CultureInfo.InvariantCulture)));
        }
    }
}
