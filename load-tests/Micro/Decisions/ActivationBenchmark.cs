using System.Globalization;
using Routing.Contracts.Engine;
using Routing.Grains.Domain;

namespace Routing.Micro.Decisions;

/// <summary>
/// From stored rows to a domain that takes turns: agents logged in with a phone each, a tenth of them talking. Reading the rows from the disk is not in it. Each round begins with an
/// empty heap but for the rows, as a silo does that takes a domain over; CPU is that of the whole process, the collector's threads included.
/// </summary>
internal static class ActivationBenchmark
{
    private const int WarmUps = 3;

    public static void Run(int agents, int rounds)
    {
        (List<StoredRow> resident, IReadOnlyDictionary<RowKey, ReadOnlyMemory<byte>> rows) = Fill(agents);
        List<Round> measured = [];
        for (int round = 0; round < WarmUps + rounds; round++)
        {
            Round next = Activate(resident, rows);
            if (round >= WarmUps)
            {
                measured.Add(next);
            }
        }

        Print(string.Create(CultureInfo.InvariantCulture, $"{agents} agents, {resident.Count} rows of {resident.Sum(static row => (long)row.Bytes.Length)} bytes: {Spread(measured, static round => round.CpuMs, "ms of CPU")}, "
            + $"{Spread(measured, static round => round.WallMs, "ms")}, {Spread(measured, static round => round.PauseMs, "ms of them paused by the collector")}, {measured[^1].Bytes / 1e6:F1} MB allocated"));
    }

    private static (List<StoredRow> Resident, IReadOnlyDictionary<RowKey, ReadOnlyMemory<byte>> Rows) Fill(int agents)
    {
        DecisionDomain domain = new(agents, keepRows: true);
        for (int call = 0; call < agents / 10; call++)
        {
            domain.Arrive(domain.NextQueue());
        }

        domain.AnswerAll();
        RoutingDomainFactory factory = new();
        return ([.. domain.Rows.Where(row => factory.IsResident(row.Key.Kind)).OrderBy(static row => row.Key).Select(static row => new StoredRow(row.Key, row.Value))], domain.Rows);
    }

    private static Round Activate(List<StoredRow> resident, IReadOnlyDictionary<RowKey, ReadOnlyMemory<byte>> rows)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan pause = GC.GetTotalPauseDuration();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long started = TimeProvider.System.GetTimestamp();
        RoutingDomain domain = DecisionDomain.Activate(resident, rows);
        double wallMs = TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
        double cpuMs = (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds;
        double pauseMs = (GC.GetTotalPauseDuration() - pause).TotalMilliseconds;
        GC.KeepAlive(domain);
        return new Round(cpuMs, wallMs, pauseMs, GC.GetTotalAllocatedBytes(precise: true) - bytes);
    }

    private static string Spread(List<Round> rounds, Func<Round, double> value, string unit)
    {
        double[] values = [.. rounds.Select(value).Order()];
        return string.Create(CultureInfo.InvariantCulture, $"{values[values.Length / 2]:F1} {unit} (least {values[0]:F1})");
    }

    private static void Print(string line) => Console.WriteLine(line);

    private readonly record struct Round(double CpuMs, double WallMs, double PauseMs, long Bytes);
}
