using System.Diagnostics;
using System.Globalization;
using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Postgres;
using Routing.Mailbox.Sqlite;
using Routing.TestKit.Postgres;

namespace Routing.Micro;

/// <summary>Durable commands a second at full load, and the round trip of a single command on an idle host.</summary>
internal static class MailboxBenchmark
{
    private const int WarmUpCommands = 20_000;
    private const int IdleCommands = 2_000;

    public static void Run(string kind, string folder, int commands, int inFlight, int domains, int lanes)
    {
        using PostgresServer? server = kind == "postgres" && !folder.Contains('=', StringComparison.Ordinal) ? PostgresServer.StartOwn("fsync=on", "full_page_writes=on", "shared_buffers=128MB") : null;
        using IMailboxStore store = kind switch
        {
            "memory" => new MemoryStore(TimeProvider.System),
            "postgres" => PostgresStore.Open((server?.Connection ?? folder) + ";Search Path=micro", TimeProvider.System),
            _ => SqliteStore.Open(folder, TimeProvider.System),
        };
        using LocalHost host = new(store, new ThreeRowFactory(), TimeProvider.System, new LocalHostOptions { LanesCount = lanes });
        host.Start();
        DomainId[] ids = [.. Enumerable.Range(0, domains).Select(i => DomainId.Of(string.Create(CultureInfo.InvariantCulture, $"d{i}")))];
        foreach (DomainId id in ids)
        {
            host.EnsureDomain(id).Wait();
        }

        AcknowledgingSink sink = new();
        using IGatewaySession session = host.OpenGateway(GatewayId.Of("gw"), 1, sink);
        sink.Session = session;
        Load(session, ids, WarmUpCommands, inFlight);
        LaneStatus before = host.Status().Lanes[0];
        long commitsBefore = host.Status().Lanes.Sum(static lane => lane.Commits);
        long writtenBefore = WrittenBytes();
        TimeSpan cpuBefore = Environment.CpuUsage.TotalTime;
        TimeSpan serverBefore = server?.CpuUsage() ?? default;
        double seconds = Load(session, ids, commands, inFlight);
        LaneStatus after = host.Status().Lanes[0];
        double cpuUs = (Environment.CpuUsage.TotalTime - cpuBefore).TotalMicroseconds / commands;
        if (server is not null)
        {
            Print($"{kind}: {(server.CpuUsage() - serverBefore).TotalMicroseconds / commands:F1} us of CPU of the server a command, all its processes");
        }

        Print($"{kind}: {cpuUs:F1} us of CPU and {(WrittenBytes() - writtenBefore) / commands} bytes written a command");
        long commits = after.Commits - before.Commits;
        long allCommits = host.Status().Lanes.Sum(static lane => lane.Commits) - commitsBefore;
        Print($"{kind}: {commands / seconds:F0} durable commands/s, {allCommits / seconds:F0} commits/s, {(double)commands / allCommits:F0} turns a commit; first lane: "
            + $"{(after.CommitTotalUs - before.CommitTotalUs) / commits} us a commit ({(after.CommitTotalUs - before.CommitTotalUs) / seconds / 1e6:P0} of the time)");
        Print($"  commits by time: {Histogram(before, after)}");
        Idle(session, ids[0]);
    }

    private static double Load(IGatewaySession session, DomainId[] ids, int commands, int inFlight)
    {
        using SemaphoreSlim room = new(inFlight);
        using CountdownEvent left = new(commands);
        Command command = new SetAgentState(AgentId.Of("agent1"), AgentMode.Ready, null, "benchmark");
        int failed = 0;
        Stopwatch watch = new();
        watch.Start();
        for (int i = 0; i < commands; i++)
        {
            room.Wait();
            session.Send(ids[i % ids.Length], command, reply =>
            {
                Interlocked.Add(ref failed, reply.IsOk ? 0 : 1);
                room.Release();
                left.Signal();
            });
        }

        left.Wait();
        if (failed > 0)
        {
            Print($"  {failed} commands were refused");
        }

        return watch.Elapsed.TotalSeconds;
    }

    private static void Idle(IGatewaySession session, DomainId domain)
    {
        using SemaphoreSlim done = new(0);
        Command command = new SetAgentState(AgentId.Of("agent1"), AgentMode.Ready, null, "benchmark");
        List<double> micros = [];
        long writtenBefore = WrittenBytes();
        Stopwatch watch = new();
        for (int i = 0; i < IdleCommands; i++)
        {
            double repliedUs = 0;
            watch.Restart();
            session.Send(domain, command, _ =>
            {
                repliedUs = watch.Elapsed.TotalMicroseconds;
                done.Release();
            });
            done.Wait();
            micros.Add(repliedUs);
        }

        Print($"  a one-turn commit writes {(WrittenBytes() - writtenBefore) / IdleCommands} bytes (checkpoints included)");
        micros.Sort();
        Print($"  idle round trip: median {micros[IdleCommands / 2]:F0} us, p99 {micros[IdleCommands * 99 / 100]:F0} us, max {micros[^1]:F0} us");
    }

    /// <summary>Bytes that this process gave to write calls so far (Linux; else 0).</summary>
    private static long WrittenBytes() => File.Exists("/proc/self/io")
        ? long.Parse(File.ReadLines("/proc/self/io").First(static line => line.StartsWith("wchar:", StringComparison.Ordinal))[6..], CultureInfo.InvariantCulture)
        : 0;

    private static string Histogram(LaneStatus before, LaneStatus after) => string.Join(", ", after.CommitBuckets
        .Select((count, i) => (Count: count - before.CommitBuckets[i], Bound: i < after.CommitBucketBoundsUs.Count ? $"<={after.CommitBucketBoundsUs[i]}us" : "more"))
        .Where(bucket => bucket.Count > 0).Select(bucket => $"{bucket.Bound} {bucket.Count}"));

    private static void Print(string line) => Console.WriteLine(line);
}
