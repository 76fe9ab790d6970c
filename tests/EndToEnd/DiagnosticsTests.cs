using System.Text.RegularExpressions;
using Routing.EndToEnd.Processes;
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

    [GeneratedRegex("""^[a-z_:][a-z0-9_:]*(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?[0-9.e+-]+$""")]
    private static partial Regex Sample();
}
