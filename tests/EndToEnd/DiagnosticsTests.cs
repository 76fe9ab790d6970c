using System.Text.RegularExpressions;
using Routing.EndToEnd.Processes;
using Routing.TestKit.Postgres;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>Probes and metrics of the running program, open without a key.</summary>
public sealed partial class DiagnosticsTests
{
    [Fact]
    public async Task Probes_answer_and_metrics_count_what_happened()
    {
        await using Scene scene = await Scene.OpenAsync();
        ChildProcess alice = await scene.SippAgentAsync("alice", "agent_answers");
        ChildProcess caller = scene.SippCaller("0901", "1000");
        await alice.SucceedsAsync();
        await caller.SucceedsAsync();
        await scene.Live.CallAsync("0901", "ended");

        string metrics = await scene.Server.GetTextAsync("/metrics");

        Assert.Equal("alive\n", await scene.Server.GetTextAsync("/healthz"));
        Assert.Equal("ready\n", await scene.Server.GetTextAsync("/readyz"));
        Assert.Contains("routing_calls_ended_total{domain=\"demo\",outcome=\"answered\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("routing_queue_waiting{domain=\"demo\",queue=\"support\"} 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains("routing_agents{domain=\"demo\",state=\"ready\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("routing_sip_calls_live 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains("routing_commit_duration_seconds_count{lane=\"0\"} ", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_are_well_formed()
    {
        await using RoutingServer server = await RoutingServer.StartAsync();

        string[] lines = (await server.GetTextAsync("/metrics")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        string family = "";
        HashSet<string> seen = [];
        foreach (string line in lines)
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                family = line.Split(' ')[2];
                Assert.True(seen.Add(family), family + " comes twice");
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                Assert.Equal(family, line.Split(' ')[2]);
                Assert.Equal(line.EndsWith(" counter", StringComparison.Ordinal), family.EndsWith("_total", StringComparison.Ordinal));
            }
            else
            {
                Assert.Matches(Sample(), line);
                Assert.StartsWith(family, line, StringComparison.Ordinal);
            }
        }

        Assert.True(seen.Count > 30);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Promtool_finds_nothing_to_say_about_the_metrics_of_any_role(bool split)
    {
        await using RoutingServer server = split ? await StartClusterAsync() : await RoutingServer.StartAsync();
        string[] processes = split ? [server.HttpAddress, server.SiloHttpAddress] : [server.HttpAddress];
        using HttpClient http = new();

        foreach (string process in processes)
        {
            await using ChildProcess promtool = ChildProcess.StartInteractive("promtool", ["check", "metrics"], server.Folder);
            await promtool.WriteAndCloseAsync(await http.GetStringAsync(new Uri($"http://{process}/metrics")));
            Assert.Equal(0, await promtool.ExitAsync());
            Assert.Equal("", promtool.Output + promtool.Errors);
        }
    }

    [Fact]
    public async Task Every_metric_of_silos_and_gateways_is_in_the_table_with_its_type_its_meaning_and_who_tells_it()
    {
        await using RoutingServer server = await StartClusterAsync();
        using HttpClient http = new();
        Dictionary<string, (string Type, string Help)> silo = Families(await http.GetStringAsync(new Uri($"http://{server.SiloHttpAddress}/metrics")));
        Dictionary<string, (string Type, string Help)> gateway = Families(await server.GetTextAsync("/metrics"));
        string[] told = [.. silo.Concat(gateway).DistinctBy(static family => family.Key).Select(family =>
        {
            string by = silo.ContainsKey(family.Key) ? gateway.ContainsKey(family.Key) ? "all" : "silo" : "gateway";
            return $"| `{family.Key}` | {family.Value.Type} | {by} | {family.Value.Help} |";
        })];

        string readme = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Prometheus", "README.md"));
        string[] documented = [.. Row().Matches(readme).Select(static row => row.Result("| `$1` | $2 | $3 | $4 |"))];

        Assert.Equal(told.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    /// <summary>A silo on PostgreSQL, which tells more than one on the embedded store, and a gateway.</summary>
    private static Task<RoutingServer> StartClusterAsync() =>
        RoutingServer.StartAsync(split: true, store: "postgres:" + PostgresServer.Shared.TcpConnection + PostgresServer.NewSchema());

    private static Dictionary<string, (string Type, string Help)> Families(string metrics) =>
        Family().Matches(metrics).ToDictionary(static match => match.Groups[1].Value, static match => (match.Groups[3].Value, match.Groups[2].Value), StringComparer.Ordinal);

    [GeneratedRegex("""^# HELP (\S+) (.*)\n# TYPE \1 (\S+)$""", RegexOptions.Multiline)]
    private static partial Regex Family();

    [GeneratedRegex("""^\| `(\S+)` \| (\w+) \| [^|]* \| (\w+) \| (.*) \|$""", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("""^[a-z_:][a-z0-9_:]*(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?[0-9.e+-]+$""")]
    private static partial Regex Sample();
}
