using System.Text.Json;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Grains.Domain;
using Routing.Mailbox;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Postgres;
using Routing.Mailbox.Sqlite;

namespace Routing.Micro.Cluster;

/// <summary>
/// One silo of <see cref="ClusterBenchmark"/>, a process of its own, with the load on its domains in it. Told what to do a line at a time: how many domains it has, prepare them, begin, count from now, say what was counted.
/// The end of its input ends it.
/// </summary>
internal static class SiloProcess
{
    private const int PartitionsCount = 64;
    private const string Sqlite = "sqlite:";

    public static void Run(string place, string name, int lanes, bool isCalls, int inFlight)
    {
        IDomainMachineFactory factory = isCalls ? new RoutingDomainFactory() : new ThreeRowFactory();
        bool isAlone = place.StartsWith(Sqlite, StringComparison.Ordinal);
        LocalHostOptions options = new() { LanesCount = lanes, PartitionsCount = PartitionsCount, IsShared = !isAlone };
        using IMailboxStore store = isAlone ? SqliteStore.Open(place[Sqlite.Length..], TimeProvider.System) : PostgresStore.Open(place, TimeProvider.System, new PostgresStoreOptions { Name = name });
        using LocalHost host = new(store, factory, TimeProvider.System, options);
        using SiloMember? member = isAlone ? null : new((PostgresStore)store, host, new SiloMemberOptions { Name = name, Link = name, PartitionsCount = PartitionsCount }, TimeProvider.System);
        host.Start();
        member?.Start();
        member?.Joined.Wait();
        GatewayId gateway = GatewayId.Of(name);
        CallLoad? calls = isCalls ? new CallLoad(host, gateway) : null;
        CommandLoad? commands = isCalls ? null : new CommandLoad(host, gateway);
        using (calls)
        using (commands)
        {
            Serve(host, (ILoad?)calls ?? commands!, inFlight);
        }

        // Callers go on as long as somebody answers: nothing is waited for.
        Environment.Exit(0);
    }

    private static void Serve(LocalHost host, ILoad load, int inFlight)
    {
        Counter counter = new(host, load);
        while (Console.ReadLine() is { } line)
        {
            switch (line)
            {
                case ClusterBenchmark.Domains:
                    break;
                case ClusterBenchmark.Prepare:
                    load.Prepare([.. host.Domains]);
                    break;
                case ClusterBenchmark.Begin:
                    load.Begin(inFlight);
                    break;
                case ClusterBenchmark.Count:
                    counter = new Counter(host, load);
                    break;
                case ClusterBenchmark.Result:
                    Console.WriteLine(JsonSerializer.Serialize(counter.Result()));
                    continue;
                default:
                    throw new InvalidOperationException($"'{line}' is not known.");
            }

            // Those that were taken and are loaded.
            Console.WriteLine(MicroDomain.Text($"{host.Served.Count(static served => served.Epoch > 0)}"));
        }
    }

    private sealed class Counter(LocalHost host, ILoad load)
    {
        private readonly long _started = TimeProvider.System.GetTimestamp();
        private readonly long _commands = load.Commands;
        private readonly long _calls = load.Calls;
        private readonly long _refused = load.Refused;
        private readonly TimeSpan _cpu = Environment.CpuUsage.TotalTime;
        private readonly long _commits = host.Status().Lanes.Sum(static lane => lane.Commits);
        private readonly long _commitUs = host.Status().Lanes.Sum(static lane => lane.CommitTotalUs);

        public LoadCount Result()
        {
            double seconds = TimeProvider.System.GetElapsedTime(_started).TotalSeconds;
            double[] waits = [.. load.Waits().Order()];
            return new LoadCount(
                seconds,
                load.Commands - _commands,
                load.Calls - _calls,
                host.Status().Lanes.Sum(static lane => lane.Commits) - _commits,
                (host.Status().Lanes.Sum(static lane => lane.CommitTotalUs) - _commitUs) / 1e6,
                (Environment.CpuUsage.TotalTime - _cpu).TotalSeconds,
                load.Refused - _refused,
                waits.Length == 0 ? 0 : waits[waits.Length / 2],
                waits.Length == 0 ? 0 : waits[waits.Length * 99 / 100]);
        }
    }
}
