using System.Globalization;
using System.Text.Json;
using Npgsql;
using Routing.Contracts.Ids;
using Routing.Mailbox.Postgres;
using Routing.TestKit.Postgres;

namespace Routing.Micro.Cluster;

/// <summary>
/// Durable commands a second, or complete calls a second, of several silos over one PostgreSQL server of its own, all on this machine; or of one process over SQLite. Silos are processes of their own and share the domains by the
/// stored map as in life; the load on a silo's domains comes from within its process, so links and SIP are not in it.
/// </summary>
internal static class ClusterBenchmark
{
    public const string SiloCommand = "cluster-silo";
    public const string Domains = "domains";
    public const string Prepare = "prepare";
    public const string Begin = "begin";
    public const string Count = "count";
    public const string Result = "result";

    private const int PartitionsCount = 64;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>One measurement; silos 0: SQLite.</summary>
    public static void Run(bool isCalls, int silos, int domains, int lanes, int inFlight, int seconds)
    {
        using PostgresServer? server = silos == 0 ? null : PostgresServer.StartOwn("fsync=on", "full_page_writes=on", "shared_buffers=128MB");
        string folder = Directory.CreateTempSubdirectory("cluster-micro-").FullName;
        string place = server is null ? "sqlite:" + folder : server.Connection + ";Search Path=micro";
        PlaceDomains(place, domains);
        SiloHandle[] all =
        [
            .. Enumerable.Range(1, Math.Max(silos, 1)).Select(number => new SiloHandle(
                place, MicroDomain.Text($"silo-{number}"), MicroDomain.Text($"{lanes}"), isCalls ? "calls" : "commands", MicroDomain.Text($"{inFlight}"))),
        ];
        AwaitSpread(all, domains);
        Tell(all, Prepare);
        Tell(all, Begin);
        Pass(WarmUp);
        Tell(all, Count);
        (double Cpu, double Bytes) before = Usage(server);
        Pass(TimeSpan.FromSeconds(seconds));
        (double Cpu, double Bytes) after = Usage(server);
        LoadCount[] counts = [.. Tell(all, Result).Select(static line => JsonSerializer.Deserialize<LoadCount>(line)!)];
        Array.ForEach(all, static silo => silo.Dispose());
        Directory.Delete(folder, recursive: true);
        Print(silos, domains, lanes, inFlight, counts, after.Cpu - before.Cpu, after.Bytes - before.Bytes);
    }

    private static void Print(int silos, int domains, int lanes, int inFlight, LoadCount[] counts, double serverCpu, double logBytes)
    {
        double seconds = counts.Average(static count => count.Seconds);
        long commands = counts.Sum(static count => count.Commands);
        double cpu = counts.Sum(static count => count.CpuSeconds);
        long commits = counts.Sum(static count => count.Commits);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {(silos == 0 ? "SQLite" : silos)} | {domains} | {lanes} | {domains * inFlight} | {commands / seconds:F0} | {counts.Sum(static count => count.Calls) / seconds:F0} | {commits / seconds:F0} | {(double)commands / Math.Max(1, commits):F0} "
                + $"| {cpu / seconds:F2} | {serverCpu / seconds:F2} | {cpu * 1e6 / commands:F1} + {serverCpu * 1e6 / commands:F1} | {logBytes / commands:F0} | {counts.Sum(static count => count.CommitSeconds) / seconds / (counts.Length * lanes):P0} "
                + $"| {counts.Max(static count => count.MedianMs):F0} / {counts.Max(static count => count.P99Ms):F0} | {counts.Sum(static count => count.Refused)} |"));
    }

    public static void PrintHead() => Console.WriteLine(
        "| Silos | Domains | Lanes a silo | At once | Durable commands/s | Calls/s | Commits/s | Commands a commit | CPUs of the silos | CPUs of the server | µs of CPU a command, silos + server | Bytes of the server's log a command | Lanes' time in commits | Wait ms, median / p99 | Refused |\n"
            + "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");

    private static void PlaceDomains(string place, int domains)
    {
        using Mailbox.IMailboxStore store = place.StartsWith("sqlite:", StringComparison.Ordinal)
            ? Mailbox.Sqlite.SqliteStore.Open(place["sqlite:".Length..], TimeProvider.System)
            : PostgresStore.Open(place, TimeProvider.System);
        for (int i = 0; i < domains; i++)
        {
            store.PlaceDomain(DomainId.Of(MicroDomain.Text($"d{i}")), i % PartitionsCount, i);
        }
    }

    /// <summary>Until every domain has an owner, and no silo more than one above the others.</summary>
    private static void AwaitSpread(SiloHandle[] all, int domains)
    {
        while (true)
        {
            int[] owned = [.. Tell(all, Domains).Select(static line => int.Parse(line, CultureInfo.InvariantCulture))];
            if (owned.Sum() == domains && owned.Max() - owned.Min() <= 1)
            {
                return;
            }

            Pass(Look);
        }
    }

    /// <summary>Processor time of the server so far, seconds, and bytes of its write-ahead log.</summary>
    private static (double CpuSeconds, double LogBytes) Usage(PostgresServer? server)
    {
        if (server is null)
        {
            return (0, 0);
        }

        using NpgsqlConnection client = new(server.Connection + ";Pooling=false");
        client.Open();
        using NpgsqlCommand command = new("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8", client);
        return (server.CpuUsage().TotalSeconds, (double)command.ExecuteScalar()!);
    }

    private static string[] Tell(SiloHandle[] all, string line)
    {
        Array.ForEach(all, silo => silo.Tell(line));
        return [.. all.Select(static silo => silo.Hear())];
    }

    private static void Pass(TimeSpan time) => Task.Delay(time, TimeProvider.System).Wait();
}
