using System.Runtime.InteropServices;
using Routing.Grains.Domain;

namespace Routing.Simulation.Running;

/// <summary>
/// Seed after seed, as many at a time as there are workers, until the time is over, the seeds are done, one fails, or the process is told to end. A run is the same on any worker: it shares
/// nothing with the others.
/// </summary>
internal sealed class SeedRuns(Arguments arguments, TextWriter output) : IDisposable
{
    private const int ReportEverySeconds = 30;

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly Statistics _all = new();
    private readonly SortedSet<ulong> _underWay = [];
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly TimeSpan _cpuBefore = Environment.CpuUsage.TotalTime;
    private TimeSpan _nextReport = TimeSpan.FromSeconds(ReportEverySeconds);
    private ulong _nextSeed = arguments.Seed;
    private int _doneCount;
    private RunReport? _failed;

    /// <returns>0: clean; 1: a rule was broken.</returns>
    public int Run()
    {
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        Thread[] workers = [.. Enumerable.Range(1, arguments.Workers).Select(number => new Thread(Work) { Name = $"simulation-{number}" })];
        foreach (Thread worker in workers)
        {
            worker.Start();
        }

        foreach (Thread worker in workers)
        {
            worker.Join();
        }

        output.Write(_all.ToString());
        if (_failed is { Failure: { } failure } report)
        {
            Summarize("failed");
            Show(report, failure);
            return 1;
        }

        Summarize("clean");
        return 0;
    }

    public void Dispose() => _stop.Dispose();

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        _stop.Cancel();
    }

    private void Work()
    {
        while (Next() is { } seed)
        {
            var options = new SimulationOptions { Seed = seed, TurnsLimit = arguments.Turns, Factory = new RoutingDomainFactory(), Adjust = arguments.Subject?.Apply, Stop = _stop.Token };
            try
            {
                Add(new SimulationRun(options).Run());
            }
            catch (OperationCanceledException)
            {
                // The summary names the seed as not finished.
                return;
            }
        }
    }

    private ulong? Next()
    {
        lock (_lock)
        {
            ulong begun = _nextSeed - arguments.Seed;
            bool isOver = arguments.Seconds is { } seconds ? Elapsed().TotalSeconds >= seconds && begun > 0 : begun >= (ulong)(arguments.Runs ?? 1);
            if (isOver || _stop.IsCancellationRequested)
            {
                return null;
            }

            _underWay.Add(_nextSeed);
            return _nextSeed++;
        }
    }

    private void Add(RunReport report)
    {
        lock (_lock)
        {
            _underWay.Remove(report.Seed);
            _all.Add(report.Statistics);
            _doneCount++;
            if (report.Failure is not null)
            {
                _failed ??= report;
                _stop.Cancel();
                return;
            }

            if (arguments is { Seconds: null, Runs: null or 1 })
            {
                output.WriteLine($"seed {report.Seed} hash {report.Hash:x16}");
            }

            TimeSpan elapsed = Elapsed();
            if (elapsed >= _nextReport)
            {
                _nextReport = elapsed + TimeSpan.FromSeconds(ReportEverySeconds);
                output.WriteLine($"{elapsed:hh\\:mm\\:ss} {_doneCount} seeds, {_all.Turns} turns, last seed {report.Seed} hash {report.Hash:x16}");
            }
        }
    }

    private void Summarize(string verdict)
    {
        double tookSeconds = Elapsed().TotalSeconds;
        double cpuSeconds = (Environment.CpuUsage.TotalTime - _cpuBefore).TotalSeconds;
        string unfinished = _underWay.Count == 0 ? string.Empty : $" (not finished: {string.Join(", ", _underWay)})";
        output.WriteLine($"{verdict}: {_doneCount} seeds from {arguments.Seed} to {_nextSeed - 1}{unfinished}, {_all.Turns} turns in {tookSeconds:F1} s, {_all.Turns / tookSeconds:F0} turns/s; {_all.Turns / cpuSeconds:F0} turns in a second of CPU time");
    }

    /// <summary>Shows a failure, and looks for a shorter run that fails by the same rule.</summary>
    private void Show(RunReport report, Checking.CheckFailure failure)
    {
        output.Write(report.Trace);
        output.WriteLine($"FAILED {failure.Message}");
        output.WriteLine($"seed {report.Seed}, turn {report.Statistics.Turns}");
        output.WriteLine($"again: dotnet run -c Release --project tests/Simulation -- --seed {report.Seed} --turns {arguments.Turns}{(arguments.Subject is { } subject ? $" --subject {subject.Name}" : string.Empty)}");
        foreach (World.Shrinking step in World.Shrinking.Steps)
        {
            var options = new SimulationOptions { Seed = report.Seed, TurnsLimit = arguments.Turns, Factory = new RoutingDomainFactory(), Adjust = arguments.Subject?.Apply + step.Apply };
            RunReport smaller = new SimulationRun(options).Run();
            if (smaller.Failure?.Rule == failure.Rule)
            {
                output.WriteLine($"  also without {step.Name}: after {smaller.Statistics.Turns} turns");
            }
        }
    }

    private TimeSpan Elapsed() => _time.GetElapsedTime(_started);
}
