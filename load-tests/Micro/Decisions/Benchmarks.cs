using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;

namespace Routing.Micro.Decisions;

/// <summary>Runs the benchmarks in this process: nothing is generated or built, so they run wherever the program does.</summary>
internal static class Benchmarks
{
    public static void Decisions() => Run<DecisionSuite>(Job.Default.WithInvocationCount(1).WithUnrollFactor(1).WithWarmupCount(20).WithIterationCount(40).WithGcForce(false));

    private static void Run<TBenchmark>(Job job) => BenchmarkRunner.Run<TBenchmark>(ManualConfig.CreateEmpty()
        .AddJob(job.WithToolchain(InProcessNoEmitToolchain.Instance))
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .AddColumn(StatisticColumn.Median, StatisticColumn.P95)
        .AddLogger(ConsoleLogger.Default)
        .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "routing-micro")));
}
