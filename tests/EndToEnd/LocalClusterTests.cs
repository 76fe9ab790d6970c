using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Routing.EndToEnd.Network;
using Routing.EndToEnd.Phones;
using Routing.EndToEnd.Processes;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>deploy/local-cluster.sh: a whole cluster on one machine, and nothing of it left when it is stopped.</summary>
public sealed class LocalClusterTests
{
    private const int SilosCount = 3;

    private readonly TestNetwork _phones = new();

    [Fact]
    public async Task A_cluster_starts_takes_calls_outlives_the_kill_of_a_silo_and_leaves_nothing_over()
    {
        await using LocalCluster cluster = new();
        string said = await cluster.StartAsync(SilosCount);
        Assert.Contains("Ready", said, StringComparison.Ordinal);
        Assert.Contains($"export ROUTING_STORE='{cluster.Store}'", said, StringComparison.Ordinal);
        int[] started = cluster.Processes();
        await using ChildProcess alice = await AgentAsync(cluster, "alice", calls: 3);

        // The agent is registered at gateway 2, the caller comes by gateway 1.
        await CallAsync(cluster, "0901");
        string status = await cluster.SucceedsAsync("status");
        string owner = await OwnerAsync(cluster);
        await cluster.SucceedsAsync("kill", owner);
        (int code, string without, _) = await cluster.RunAsync("status");
        Assert.Equal(1, code);
        Assert.Matches(owner + " +dead", without);
        // Another silo has the domain now.
        await CallAsync(cluster, "0902");
        string next = await OwnerAsync(cluster);
        Assert.NotEqual(owner, next);
        await cluster.SucceedsAsync("restart", owner);

        Assert.Contains($"{next} owns nothing any more", await ClusterAsync(cluster, "drain", next), StringComparison.Ordinal);
        Assert.NotEqual(next, await OwnerAsync(cluster));
        Assert.Contains(" drained", await ClusterAsync(cluster, "list"), StringComparison.Ordinal);
        await CallAsync(cluster, "0903");
        await ClusterAsync(cluster, "undrain", next);
        await alice.SucceedsAsync();
        await cluster.SucceedsAsync("stop", "--clean");

        Assert.Equal(1 + SilosCount + 2, status.Split('\n').Count(static line => line.EndsWith(" ready", StringComparison.Ordinal)));
        Assert.True(started.Length >= 1 + SilosCount + 2);
        Assert.Empty(cluster.Processes());
        Assert.False(Directory.Exists(cluster.Folder));
    }

    [Fact]
    public async Task A_second_start_changes_nothing_and_a_process_that_took_over_the_id_of_a_dead_one_is_left_alone()
    {
        await using LocalCluster cluster = new();
        await cluster.StartAsync(1);
        int[] started = cluster.Processes();
        await cluster.StartAsync(1);
        Assert.Equal(started, cluster.Processes());

        // As after a restart of the machine: the id is there, the start time is another.
        await using ChildProcess stranger = ChildProcess.StartInteractive("cat", [], cluster.WorkFolder);
        await cluster.SucceedsAsync("kill", "gateway-2");
        await File.WriteAllTextAsync(Path.Combine(cluster.Folder, "run", "gateway-2.pid"), $"{stranger.Id} 1\n");
        (_, string status, _) = await cluster.RunAsync("status");
        await cluster.SucceedsAsync("stop");

        Assert.Matches("gateway-2 +dead", status);
        Assert.False(Process.GetProcessById(stranger.Id).HasExited);
        Assert.Empty(cluster.Processes());
    }

    [Theory]
    [InlineData("silo-7", "there is no 'silo-7' in this cluster; it has postgres silo-1 gateway-1 gateway-2")]
    [InlineData("", "kill needs a NAME")]
    public async Task A_name_that_there_is_not_is_told_with_those_that_there_are(string name, string told)
    {
        await using LocalCluster cluster = new();
        Directory.CreateDirectory(cluster.Folder);
        await File.WriteAllTextAsync(Path.Combine(cluster.Folder, ".routing-local-cluster"), "silos=1\ngateways=2\n");

        (int code, _, string errors) = await cluster.RunAsync(name.Length == 0 ? ["kill"] : ["kill", name]);

        Assert.Equal(2, code);
        Assert.Contains(told, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signal_that_there_is_not_is_told_before_anything_is_sent()
    {
        await using LocalCluster cluster = new();
        Directory.CreateDirectory(cluster.Folder);
        await File.WriteAllTextAsync(Path.Combine(cluster.Folder, ".routing-local-cluster"), "silos=1\ngateways=2\n");

        (int code, _, string errors) = await cluster.RunAsync("kill", "silo-1", "--signal", "BOGUS");
        Assert.Equal(2, code);
        Assert.Contains("there is no BOGUS", errors, StringComparison.Ordinal);

        (code, _, errors) = await cluster.RunAsync("kill", "silo-1", "--signal", "stop");
        Assert.Equal(1, code);
        Assert.Contains("silo-1 does not run", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_is_refused_makes_nothing_and_what_a_former_one_left_is_in_nobodys_way()
    {
        await using LocalCluster cluster = new();
        (int code, _, _) = await cluster.RunAsync("start", "--silos", "0", "--binary", RoutingServer.Program);
        Assert.Equal(2, code);
        Assert.False(Directory.Exists(cluster.Folder));

        Directory.CreateDirectory(Path.Combine(cluster.Folder, "run"));
        Directory.CreateDirectory(Path.Combine(cluster.Folder, "log"));
        await File.WriteAllTextAsync(Path.Combine(cluster.Folder, "lock"), "");
        (_, _, string errors) = await cluster.RunAsync("start", "--silos", "0", "--binary", RoutingServer.Program);
        Assert.Contains("--silos 0 is not a number", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_somebody_else_has_is_told_and_their_answer_is_not_taken_for_ready()
    {
        await using LocalCluster cluster = new();
        string block = new TestNetwork().Block;
        using TcpListener theirs = new(IPAddress.Parse(block + ".11"), 8080);
        theirs.Start();

        (int code, _, string errors) = await cluster.RunAsync("start", "--silos", "1", "--net", block, "--binary", RoutingServer.Program, "--config", RoutingServer.DemoFile);

        Assert.Equal(1, code);
        Assert.Contains($"address in use: another process listens at {block}.11:8080, which silo-1 needs", errors, StringComparison.Ordinal);
        Assert.Empty(cluster.Processes());
    }

    [Fact]
    public async Task A_folder_of_somebody_else_is_not_used_and_a_start_that_fails_says_why()
    {
        await using LocalCluster cluster = new();
        Directory.CreateDirectory(cluster.Folder);
        string theirs = Path.Combine(cluster.Folder, "theirs");
        await File.WriteAllTextAsync(theirs, "");

        (int code, _, string errors) = await cluster.RunAsync("start");
        Assert.Equal(2, code);
        Assert.Contains("is not empty and no folder of a local cluster", errors, StringComparison.Ordinal);

        File.Delete(theirs);
        string broken = Path.Combine(cluster.WorkFolder, "broken.yaml");
        await File.WriteAllTextAsync(broken, "domain: [\n");
        (code, _, errors) = await cluster.RunAsync("start", "--silos", "1", "--net", new TestNetwork().Block, "--seconds", "200", "--binary", RoutingServer.Program, "--config", broken);
        Assert.Equal(1, code);
        Assert.Contains("silo-1 ended while it started:", errors, StringComparison.Ordinal);
        Assert.Contains("broken.yaml", errors, StringComparison.Ordinal);
    }

    /// <summary>The silo that has the partition of the domain.</summary>
    private static async Task<string> OwnerAsync(LocalCluster cluster)
    {
        JsonNode report = JsonNode.Parse(await ClusterAsync(cluster, "partitions", "--format", "json"))!;
        return (string)report["partitions"]!.AsArray().Single(static partition => (int)partition!["domains"]! > 0)!["owner"]!;
    }

    /// <summary>Runs <c>routing cluster</c>; completes with its output.</summary>
    private static async Task<string> ClusterAsync(LocalCluster cluster, params string[] arguments)
    {
        Dictionary<string, string> environment = new() { ["ROUTING_STORE"] = cluster.Store };
        await using ChildProcess command = ChildProcess.Start(RoutingServer.Program, ["cluster", .. arguments], cluster.WorkFolder, environment);
        await command.SucceedsAsync();
        return command.Output;
    }

    private async Task<ChildProcess> AgentAsync(LocalCluster cluster, string user, int calls)
    {
        string address = _phones.NextAddress() + ":5060";
        Dictionary<string, string> behaviour = new() { ["RING"] = "10", ["TALK"] = "100", ["STATUS"] = "603" };
        ChildProcess phone = await Sipp.ListenAsync(cluster.WorkFolder, "agent_answers", cluster.SipOf(2), address, behaviour, "-m", $"{calls}", "-timeout", "200");
        Dictionary<string, string> credentials = new() { ["USER"] = user, ["PASSWORD"] = user + "-demo", ["CONTACT"] = address, ["EXPECTED"] = "200" };
        await using ChildProcess registration = Sipp.Start(cluster.WorkFolder, "register", cluster.SipOf(2), _phones.NextAddress() + ":5070", credentials);
        await registration.SucceedsAsync();
        return phone;
    }

    private async Task CallAsync(LocalCluster cluster, string user)
    {
        Dictionary<string, string> values = new() { ["USER"] = user, ["EXPECTED"] = "" };
        await using ChildProcess caller = Sipp.Start(cluster.WorkFolder, "caller", cluster.SipOf(1), _phones.NextAddress() + ":5060", values, "-s", "1000");
        await caller.SucceedsAsync();
    }
}
