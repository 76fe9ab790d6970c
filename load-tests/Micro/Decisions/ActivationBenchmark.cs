using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using Routing.Contracts.Engine;
using Routing.Grains.Domain;

namespace Routing.Micro.Decisions;

/// <summary>From stored rows to a domain that takes turns: agents logged in with a phone each, a tenth of them talking. Reading the rows from the disk is not in it.</summary>
[MemoryDiagnoser]
[SuppressMessage("Performance", "CA1515:Consider making public types internal", Justification = "BenchmarkDotNet needs it public.")]
public class ActivationBenchmark
{
    private IReadOnlyDictionary<RowKey, ReadOnlyMemory<byte>> _rows = null!;
    private List<StoredRow> _resident = [];

    [Params(1_000, 10_000, 100_000)]
    public int Agents { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        DecisionDomain domain = new(Agents, keepRows: true);
        for (int call = 0; call < Agents / 10; call++)
        {
            domain.Arrive(domain.NextQueue());
        }

        domain.AnswerAll();
        _rows = domain.Rows;
        RoutingDomainFactory factory = new();
        _resident = [.. _rows.Where(row => factory.IsResident(row.Key.Kind)).OrderBy(row => row.Key).Select(row => new StoredRow(row.Key, row.Value))];
    }

    [Benchmark]
    public object Activate() => DecisionDomain.Activate(_resident, _rows);
}
