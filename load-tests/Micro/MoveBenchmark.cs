using System.Globalization;
using Routing.Contracts.Commands;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Grains.Domain;
using Routing.Mailbox;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Lanes;
using Routing.Mailbox.Postgres;
using Routing.Micro.Decisions;
using Routing.TestKit.Postgres;

namespace Routing.Micro;

/// <summary>
/// The pause of a domain that is handed from one silo to the other, as a command sees it: from the last answer of the one to the first of the other. Both silos are in this process, each with connections of
/// its own; finding the new owner over a link is not in it.
/// </summary>
internal static class MoveBenchmark
{
    private const int RowsACommit = 5_000;
    private const int PartitionsCount = 8;

    /// <param name="agents">In the domain.</param>
    /// <param name="moves">That count; one before them warms up.</param>
    /// <param name="isCold">Nobody keeps a copy of what another one has: all rows are read in the pause.</param>
    public static void Run(int agents, int moves, bool isCold)
    {
        using PostgresServer server = PostgresServer.StartOwn("fsync=on", "full_page_writes=on", "shared_buffers=128MB");
        string connection = server.Connection + ";Search Path=micro";
        DomainPlacement domain = Fill(connection, agents);
        WarmCopyOptions copies = isCold ? new WarmCopyOptions { LimitRows = 0 } : new WarmCopyOptions();
        using Silo a = new(connection, "a", copies);
        using Silo b = new(connection, "b", copies);
        using PostgresStore outside = PostgresStore.Open(connection, TimeProvider.System);
        PostgresCluster cluster = new(outside);
        AgentId agent = AgentId.Of("agent000000");
        SpinWait.SpinUntil(() => a.Has(domain) || b.Has(domain));
        List<double> pauses = [];
        for (int move = 0; move <= moves; move++)
        {
            Silo from = a.Has(domain) ? a : b;
            Silo to = from == a ? b : a;
            SpinWait.SpinUntil(() => to.Host.Copies!.Held.Count > 0 || isCold || agents < copies.LeastRows);
            long answered = Send(from, to, domain, agent);
            cluster.SetDrain(from.Name, true);
            double longest = 0;
            while (from.Has(domain) || !to.Has(domain) || longest == 0)
            {
                long next = Send(from, to, domain, agent);
                longest = to.Has(domain) ? Math.Max(longest, TimeProvider.System.GetElapsedTime(answered, next).TotalMilliseconds) : longest;
                answered = next;
            }

            cluster.SetDrain(from.Name, false);
            SpinWait.SpinUntil(() => from.Member.View!.Silos.All(static silo => silo.MayOwn));
            if (move > 0)
            {
                pauses.Add(longest);
            }
        }

        pauses.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{agents} agents, {moves} moves{(isCold ? ", no copies" : string.Empty)}: pause {pauses[pauses.Count / 2]:F0} ms median, {pauses[0]:F0} least, {pauses[^1]:F0} most"));
    }

    /// <summary>Sends until it is answered, and returns when that was.</summary>
    private static long Send(Silo from, Silo to, DomainPlacement domain, AgentId agent)
    {
        SetAgentState command = new(agent, AgentMode.Ready, null, "benchmark");
        while (true)
        {
            CommandReply reply = (to.Has(domain) ? to : from).Host.SendAsync(domain.Domain, command, null, CancellationToken.None).GetAwaiter().GetResult();
            if (reply.Code != ReplyCode.Unavailable)
            {
                return TimeProvider.System.GetTimestamp();
            }

            Thread.Yield();
        }
    }

    /// <summary>Stores a domain as it would be after everybody has logged in and a tenth of them talk.</summary>
    internal static DomainPlacement Fill(string connection, int agents)
    {
        // Of today: phones that expired long ago would all be taken out after each move.
        DecisionDomain made = new(agents, keepRows: true, nowMs: TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        for (int call = 0; call < agents / 10; call++)
        {
            made.Arrive(made.NextQueue());
        }

        made.AnswerAll();
        using PostgresStore store = PostgresStore.Open(connection, TimeProvider.System);
        DomainPlacement domain = store.PlaceDomain(DomainId.Of("micro"), 0, 0);
        using ILaneSession session = store.Acquire([domain.Partition]);
        long sequence = 0;
        foreach (KeyValuePair<RowKey, ReadOnlyMemory<byte>>[] rows in made.Rows.Chunk(RowsACommit))
        {
            LaneCommit commit = new() { NowMs = session.ReadClockMs() };
            commit.Partitions.AddRange(session.Partitions);
            DomainCommit content = new(domain) { Sequence = ++sequence, LastTurnMs = commit.NowMs };
            Array.ForEach(rows, row => content.AddRow(new RowChange(row.Key, row.Value)));
            commit.Domains.Add(content);
            CommitResult result = session.Commit(commit);
            if (result.Outcome != CommitOutcome.Committed)
            {
                throw new StoreException(result.Failure, result.Detail ?? "Not committed.");
            }
        }

        return domain;
    }

    private sealed class Silo : IDisposable
    {
        private readonly PostgresStore _store;

        public Silo(string connection, string name, WarmCopyOptions copies)
        {
            Name = name;
            _store = PostgresStore.Open(connection, TimeProvider.System, new PostgresStoreOptions { Name = name });
            Host = new LocalHost(_store, new RoutingDomainFactory(), TimeProvider.System, new LocalHostOptions { IsShared = true, PartitionsCount = PartitionsCount, Copies = copies });
            Member = new SiloMember(_store, Host, new SiloMemberOptions { Name = name, Link = name, PartitionsCount = PartitionsCount }, TimeProvider.System);
            Host.Start();
            Member.Start();
            Member.Joined.Wait();
        }

        public string Name { get; }

        public LocalHost Host { get; }

        public SiloMember Member { get; }

        public bool Has(DomainPlacement domain) => Host.Served.Any(served => served.Domain == domain.Domain);

        public void Dispose()
        {
            Host.Dispose();
            Member.Dispose();
            _store.Dispose();
        }
    }
}
