using System.Diagnostics;
using System.Globalization;
using Routing.Silo.Hosting;

namespace Routing.Silo.Diagnostics;

/// <summary>Who this process is and how it fares: memory, processor time, threads, files, garbage collection, and the limits that other figures are held against.</summary>
internal sealed class ProcessMetrics(SiloSettings settings) : IMetricsSource
{
    private const string OwnFilesFolder = "/proc/self/fd";
    private const string OwnLimitsFile = "/proc/self/limits";
    private const string FilesLimitLine = "Max open files";

    public void Write(PrometheusText text)
    {
        text.Gauge("routing_build_info", "1; the labels say what runs here.")
            .Sample(1, ("version", ProcessParts.Version), ("role", settings.Role.ToString().ToLowerInvariant()), ("name", settings.Name));
        text.Gauge("routing_limit", "What the process may have of something at most.").Sample(settings.RtpPorts.Last - settings.RtpPorts.First + 1, ("limit", "rtp-ports"));
        foreach (LimitDefinition limit in ProcessLimits.Known)
        {
            text.Sample(settings.Limits[limit.Name], ("limit", limit.Name));
        }

        WriteProcess(text);
        WriteRuntime(text);
    }

    private static void WriteProcess(PrometheusText text)
    {
        using var process = Process.GetCurrentProcess();
        text.Gauge("process_resident_memory_bytes", "Memory in use.").Sample(process.WorkingSet64);
        text.Gauge("process_virtual_memory_bytes", "Address space in use.").Sample(process.VirtualMemorySize64);
        text.Counter("process_cpu_seconds_total", "Processor time used.").Sample(process.TotalProcessorTime.TotalSeconds);
        text.Gauge("process_start_time_seconds", "Start of the process, Unix time.").Sample(new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0);
        text.Gauge("process_threads", "Threads of the process.").Sample(process.Threads.Count);
        if (Directory.Exists(OwnFilesFolder))
        {
            text.Gauge("process_open_fds", "Open files and sockets.").Sample(Directory.EnumerateFileSystemEntries(OwnFilesFolder).Count());
            text.Gauge("process_max_fds", "Files and sockets that may be open.").Sample(MaxFiles());
        }
    }

    /// <summary>The soft limit on open files; without one what Prometheus' own clients say then.</summary>
    private static double MaxFiles()
    {
        string line = File.ReadLines(OwnLimitsFile).First(static line => line.StartsWith(FilesLimitLine, StringComparison.Ordinal));
        string soft = line[FilesLimitLine.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return double.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out double limit) ? limit : ulong.MaxValue;
    }

    private static void WriteRuntime(PrometheusText text)
    {
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        text.Gauge("dotnet_heap_bytes", "Managed heap.").Sample(GC.GetTotalMemory(forceFullCollection: false));
        text.Gauge("dotnet_committed_bytes", "Memory that the garbage collector has from the system, at its last collection.").Sample(memory.TotalCommittedBytes);
        text.Gauge("dotnet_fragmented_bytes", "Free memory between live objects, at the last collection.").Sample(memory.FragmentedBytes);
        text.Counter("dotnet_allocated_bytes_total", "Bytes allocated.").Sample(GC.GetTotalAllocatedBytes());
        text.Counter("dotnet_gc_pause_seconds_total", "Time the program stood still for the garbage collector.").Sample(GC.GetTotalPauseDuration().TotalSeconds);
        text.Counter("dotnet_gc_collections_total", "Garbage collections that went at least to this generation.");
        for (int generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            text.Sample(GC.CollectionCount(generation), ("generation", generation.ToString(CultureInfo.InvariantCulture)));
        }

        text.Gauge("dotnet_threadpool_threads", "Threads of the pool.").Sample(ThreadPool.ThreadCount);
        text.Gauge("dotnet_threadpool_queue_length", "Work that waits for a thread of the pool.").Sample(ThreadPool.PendingWorkItemCount);
        text.Counter("dotnet_threadpool_completed_total", "Work that the pool has done.").Sample(ThreadPool.CompletedWorkItemCount);
        text.Counter("dotnet_lock_contentions_total", "Times that a thread found a lock taken and had to wait.").Sample(Monitor.LockContentionCount);
    }
}
