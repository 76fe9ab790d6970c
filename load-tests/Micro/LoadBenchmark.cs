using System.Globalization;
using Routing.Contracts.Engine;
using Routing.Grains.Domain;
using Routing.Mailbox;
using Routing.Mailbox.Postgres;
using Routing.TestKit.Postgres;

namespace Routing.Micro;

/// <summary>
/// What a lane does between the lock of a domain and its first turn, stage by stage: taking, reading marks, reading the rows alone, decoding them alone, building indexes. Then as a lane does it, rows decoded as they come.
/// A tenth of the agents talk. Wall time and CPU of this process (the collector's threads included), and how long the collector held everybody up.
/// </summary>
internal static class LoadBenchmark
{
    private const int WarmUps = 2;

    public static void Run(int agents, int rounds)
    {
        using PostgresServer server = PostgresServer.StartOwn("fsync=on", "full_page_writes=on", "shared_buffers=128MB");
        string connection = server.Connection + ";Search Path=micro";
        DomainPlacement domain = MoveBenchmark.Fill(connection, agents);
        using PostgresStore store = PostgresStore.Open(connection, TimeProvider.System);
        RoutingDomainFactory factory = new();
        List<byte> kinds = [.. Enumerable.Range(0, 256).Select(static kind => (byte)kind).Where(factory.IsResident)];
        SortedDictionary<string, List<Stage>> stages = new(StringComparer.Ordinal);
        for (int round = 0; round < WarmUps + rounds; round++)
        {
            if (round == WarmUps)
            {
                stages.Clear();
            }

            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            ILaneSession? session = null;
            Measure(stages, "1 take", () => session = store.Acquire([domain.Partition]));
            using (session)
            {
                Measure(stages, "2 marks", () => session!.ReadDomain(domain));
                List<IReadOnlyList<StoredRow>> pieces = [];
                Measure(stages, "3 rows alone", () => session!.LoadRows(domain.Number, kinds, pieces.Add));
                RoutingDomain apart = new(domain.Domain, new DomainLimits());
                Measure(stages, "4 decoding alone", () => pieces.ForEach(apart.Load));
                pieces.Clear();
                Measure(stages, "5 activation", apart.Activate);
                apart = null!;
                GC.Collect();
                RoutingDomain machine = new(domain.Domain, new DomainLimits());
                Measure(stages, "6 all as a lane does", () =>
                {
                    session!.LoadRows(domain.Number, kinds, machine.Load);
                    machine.Activate();
                });
                GC.KeepAlive(machine);
            }
        }

        foreach ((string name, List<Stage> found) in stages)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{agents} agents, {name}: {Median(found, static stage => stage.WallMs):F1} ms (least {found.Min(static stage => stage.WallMs):F1}), {Median(found, static stage => stage.CpuMs):F1} ms of CPU, {Median(found, static stage => stage.PauseMs):F1} ms paused by the collector, {Median(found, static stage => stage.Megabytes):F1} MB"));
        }
    }

    private static void Measure(SortedDictionary<string, List<Stage>> stages, string name, Action work)
    {
        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan pause = GC.GetTotalPauseDuration();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long started = TimeProvider.System.GetTimestamp();
        work();
        double wallMs = TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
        Stage stage = new(
            wallMs,
            (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds,
            (GC.GetTotalPauseDuration() - pause).TotalMilliseconds,
            (GC.GetTotalAllocatedBytes(precise: true) - bytes) / 1e6);
        if (!stages.TryGetValue(name, out List<Stage>? found))
        {
            stages.Add(name, found = []);
        }

        found.Add(stage);
    }

    private static double Median(List<Stage> stages, Func<Stage, double> value)
    {
        double[] values = [.. stages.Select(value).Order()];
        return values[values.Length / 2];
    }

    private readonly record struct Stage(double WallMs, double CpuMs, double PauseMs, double Megabytes);
}
