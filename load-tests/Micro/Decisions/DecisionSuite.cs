using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;

namespace Routing.Micro.Decisions;

/// <summary>
/// The two turns that decide most often, by BenchmarkDotNet, fifty in a row: a call arrives and all n agents are free; an agent becomes free and n calls wait. What <see cref="DecisionBenchmark"/> takes
/// one by one and by kind, with a tool that others know.
/// </summary>
[MemoryDiagnoser]
[SuppressMessage("Performance", "CA1515:Consider making public types internal", Justification = "BenchmarkDotNet needs it public.")]
[SuppressMessage("Reliability", "CA1001:Types that own disposable fields should be disposable", Justification = "GlobalCleanup disposes it.")]
public class DecisionSuite
{
    private const int DecisionsPerRun = 50;

    private DecisionDomain _free = null!;
    private DecisionDomain _busy = null!;
    private ScanningRouter _scan = null!;
    private SqlRouter _sql = null!;
    private int[] _queues = [];

    /// <summary>Agents, and as many waiting calls.</summary>
    [Params(100, 1_000, 10_000, 100_000)]
    public int Agents { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _free = new DecisionDomain(Agents);
        _busy = new DecisionDomain(Agents);
        foreach (int queue in Enumerable.Range(0, Agents * 2).Select(_ => _busy.NextQueue()))
        {
            _busy.Arrive(queue);
        }

        _busy.AnswerAll();
        _scan = new ScanningRouter(_free.Agents, []);
        _sql = new SqlRouter(_free.Agents, new int[_free.Agents.Count]);
        _queues = [.. Enumerable.Range(0, DecisionsPerRun).Select(_ => _free.NextQueue())];
    }

    [GlobalCleanup]
    public void Close() => _sql.Dispose();

    /// <summary>Everybody answers, everybody who was taken is replaced.</summary>
    [IterationCleanup]
    public void Restore()
    {
        _free.AnswerAll();
        while (_free.Talking.Count > 0)
        {
            _free.EndConversation();
        }

        for (int taken = _busy.Ringing.Count; taken > 0; taken--)
        {
            _busy.Arrive(_busy.NextQueue());
        }

        _busy.AnswerAll();
    }

    [Benchmark(OperationsPerInvoke = DecisionsPerRun)]
    public void CallArrives()
    {
        foreach (int queue in _queues)
        {
            _free.Arrive(queue);
        }
    }

    [Benchmark(OperationsPerInvoke = DecisionsPerRun)]
    public void AgentBecomesFree()
    {
        for (int i = 0; i < DecisionsPerRun && _busy.Talking.Count > 0; i++)
        {
            _busy.EndConversation();
        }
    }

    [Benchmark(OperationsPerInvoke = DecisionsPerRun)]
    public int ScanOfAllAgents()
    {
        int found = 0;
        foreach (int queue in _queues)
        {
            found += _scan.ChooseAgent(queue);
        }

        return found;
    }

    [Benchmark]
    public long SqlQuery() => _sql.ChooseAgent(_queues[0]);
}
