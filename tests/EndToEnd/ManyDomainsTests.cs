using Routing.EndToEnd.Processes;
using Routing.TestKit.Postgres;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>Three domains in one cluster, on different silos, each brought by a silo of its own: calls, REST of any silo for all of them, and the death of an owner.</summary>
public sealed class ManyDomainsTests(ManyDomainsTests.Database database) : IClassFixture<ManyDomainsTests.Database>
{
    private static readonly int[] All = [0, 1, 2];

    [Fact]
    public async Task Calls_reach_three_domains_on_three_silos_and_any_silo_answers_for_all_also_when_an_owner_is_killed()
    {
        await using DomainCluster cluster = new(database.Postgres);
        foreach (int silo in All)
        {
            await cluster.StartSiloAsync(silo);
        }

        await cluster.StartGatewayAsync();
        foreach (int domain in All)
        {
            await cluster.AgentAsync(domain);
        }

        // The planner may still spread the domains while the first calls come.
        int[] owners;
        do
        {
            await Task.WhenAll(All.Select(cluster.CallAsync));
            owners = [await cluster.OwnerAsync(0), await cluster.OwnerAsync(1), await cluster.OwnerAsync(2)];
        }
        while (owners.Distinct().Count() < All.Length || owners.Contains(-1));

        await EverySiloAnswersAsync(cluster, All);
        int other = All.First(silo => silo != owners[0]);
        await cluster.RestAsync(other, 0, "configuration", DomainCluster.Yaml("north", DomainCluster.NumberOf(0), "Changed over there"));
        Assert.Contains("Changed over there", await cluster.RestAsync(owners[0], 0, "configuration"), StringComparison.Ordinal);

        Task[] calls = [.. All.Select(cluster.CallAsync)];
        await cluster.KillSiloAsync(owners[0]);
        await Task.WhenAll(calls);
        await Task.WhenAll(All.Select(cluster.CallAsync));
        int[] living = [.. All.Where(silo => silo != owners[0])];
        await EverySiloAnswersAsync(cluster, living);

        // Without a file it serves what is stored, and knows what was applied meanwhile.
        await cluster.StartSiloAsync(owners[0], withFile: false);
        await EverySiloAnswersAsync(cluster, All);
        Assert.Contains("Changed over there", await cluster.RestAsync(owners[0], 0, "configuration"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_domain_without_agents_is_served_by_one_of_a_domain_on_another_silo_whichever_owner_is_killed()
    {
        await using DomainCluster cluster = new(database.Postgres);
        foreach (int silo in All)
        {
            await cluster.StartSiloAsync(silo);
        }

        await cluster.StartGatewayAsync();
        await cluster.RestAsync(0, 0, "configuration", Queue("north", 0, "borrow: [{ domain: south, queue: sales }]"));
        await cluster.RestAsync(0, 1, "configuration", Queue("south", 1, "guests: [north]"));
        await cluster.AgentAsync(1);
        int[] owners;
        do
        {
            await cluster.CallAsync(0);
            owners = [await cluster.OwnerAsync(0), await cluster.OwnerAsync(1)];
        }
        while (owners[0] == owners[1] || owners.Contains(-1));

        foreach (int domain in (int[])[0, 1])
        {
            int owner;
            do
            {
                await cluster.CallAsync(0);
                owner = await cluster.OwnerAsync(domain);
            }
            while (owner < 0);

            Task call = cluster.CallAsync(0);
            await cluster.KillSiloAsync(owner);
            await call;
            await cluster.CallAsync(0);
            await cluster.StartSiloAsync(owner, withFile: false);
        }

        static string Queue(string domain, int number, string lending) =>
            DomainCluster.Yaml(domain, DomainCluster.NumberOf(number), "Sales\n    " + lending);
    }

    [Fact]
    public async Task One_process_serves_the_domains_of_several_files_reads_all_again_on_SIGHUP_and_does_not_start_without_one_of_them()
    {
        await using DomainCluster files = new(database.Postgres);
        string[] both = ["--config", files.Configure("north", "2000"), "--config", files.Configure("south", "3000")];
        await using (ChildProcess process = files.StartAlone(both))
        {
            await process.OutputLineAsync("Ready.");
            await files.AgentAsync(0);
            await files.AgentAsync(1);
            await Task.WhenAll(files.CallAsync(0), files.CallAsync(1));
            files.Configure("north", "2000", "Renamed");
            files.Configure("south", "3000", "Renamed too");
            process.HangUp();
            await process.OutputLineAsync("north.yaml read again: version 2 is in force");
            await process.OutputLineAsync("south.yaml read again: version 2 is in force");
            process.Terminate();
            Assert.Equal(0, await process.ExitAsync());
        }

        await using ChildProcess refused = files.StartAlone("--config", files.Configure("north", "2000"));
        Assert.Equal(2, await refused.ExitAsync());
        Assert.Contains("holds domain south, and the configuration describes north; give the file of south as well", refused.Errors, StringComparison.Ordinal);
    }

    private static async Task EverySiloAnswersAsync(DomainCluster cluster, IEnumerable<int> silos)
    {
        foreach (int silo in silos)
        {
            foreach (int domain in All)
            {
                Assert.Contains("\"sales\"", await cluster.RestAsync(silo, domain, "queues"), StringComparison.Ordinal);
                await cluster.RestAsync(silo, domain, $"agents/{DomainCluster.Domains[domain]}-alice/state", """{"state":"ready"}""");
            }
        }
    }

    /// <summary>One server for these tests, one after the other.</summary>
    public sealed class Database : IDisposable
    {
        public PostgresServer Postgres { get; } = PostgresServer.StartOwn();

        public void Dispose() => Postgres.Dispose();
    }
}
