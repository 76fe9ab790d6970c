using System.Text.Json.Nodes;
using Routing.EndToEnd.Processes;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>The configuration of the running program: changed by command, REST and signal, with calls waiting, and through kills and restarts.</summary>
public sealed class ConfigurationTests
{
    private const string First = """
        domain: shop   # the comment is kept
        realm: demo
        demo: true
        skills: [support, sales]
        agents:
          - { id: alice, password: alice-demo, skills: { sales: 5 } }
          - { id: carol, password: carol-demo, skills: { sales: 1 } }
        queues:
          - { id: support, needs: { support: 1 }, timeout: 10m }
          - { id: desk, needs: { sales: 3 } }
        numbers:
          - { number: "1000", queue: support }
        apiKeys:
          - { name: admin, key: demo-admin, role: admin }
        """;

    private static readonly string Second = First
        .Replace("carol-demo, skills: { sales: 1 }", "carol-demo, skills: { support: 1 }", StringComparison.Ordinal)
        .Replace("\"1000\", queue: support", "\"1000\", queue: desk", StringComparison.Ordinal);

    [Fact]
    public async Task A_call_that_waits_gets_the_new_rules_at_once_and_the_next_call_goes_elsewhere()
    {
        await using Scene scene = await Scene.OpenAsync(First);
        ChildProcess carol = await scene.SippAgentAsync("carol", "agent_answers");
        ChildProcess alice = await scene.SippAgentAsync("alice", "agent_answers");
        ChildProcess waiting = scene.SippCaller("2001", "1000");
        await scene.Live.WaitingAsync("support", 1);
        string file = await WriteAsync(scene.Server, "second.yaml", Second);

        await using ChildProcess diff = scene.Server.Command("config", "diff", file);
        await diff.SucceedsAsync();
        Assert.Contains("numbers[1000].queue: support → desk", diff.Output, StringComparison.Ordinal);
        Assert.Equal(1, (int)(await scene.Server.GetAsync("configuration"))["current"]!);
        await using ChildProcess apply = scene.Server.Command("config", "apply", file, "--comment", "carol helps");
        await apply.SucceedsAsync();
        Assert.Contains("Version 2 is in force", apply.Output, StringComparison.Ordinal);

        await carol.SucceedsAsync();
        await waiting.SucceedsAsync();
        ChildProcess next = scene.SippCaller("2002", "1000");
        await alice.SucceedsAsync();
        await next.SucceedsAsync();
        string id = await scene.Live.CallAsync("2001", "ended");
        Assert.Equal("configuration", (string?)(await scene.Server.GetAsync("calls/" + id))["offers"]![0]!["why"]!["trigger"]);
        JsonNode version = (await scene.Server.GetAsync("configuration/versions"))["versions"]![0]!;
        Assert.Equal(("admin", "carol helps", "operator"), ((string?)version["actor"], (string?)version["comment"], (string?)version["origin"]));
    }

    [Fact]
    public async Task New_credentials_and_numbers_count_without_a_restart_and_former_ones_do_not()
    {
        await using Scene scene = await Scene.OpenAsync(First);
        string address = scene.Server.Network.NextAddress() + ":5060";
        await scene.RegisterAsync("alice", "alice-demo", address);

        await scene.Server.PostConfigurationAsync(First
            .Replace("alice-demo", "wonderland-9", StringComparison.Ordinal)
            .Replace("numbers:", "numbers:\n  - { number: \"1001\", queue: support }", StringComparison.Ordinal));

        await scene.RegisterAsync("alice", "alice-demo", address, expected: "403");
        await scene.RegisterAsync("alice", "wonderland-9", address);
        ChildProcess caller = scene.SippCaller("2003", "1001");
        await scene.Live.WaitingAsync("support", 1);
        caller.Kill();
    }

    [Fact]
    public async Task SIGHUP_reads_the_file_again_and_a_bad_one_changes_nothing_and_says_why()
    {
        await using Scene scene = await Scene.OpenAsync(First);
        await WriteAsync(scene.Server, "domain.yaml", First + "\nqueus: []\n");
        scene.Server.Process.HangUp();
        string refused = await scene.Server.Process.OutputLineAsync("not applied");
        Assert.Contains($"{scene.Server.ConfigurationFile}:15:1: unknown key 'queus'", refused, StringComparison.Ordinal);
        Assert.Equal(1, (int)(await scene.Server.GetAsync("configuration"))["current"]!);

        await WriteAsync(scene.Server, "domain.yaml", Second);
        scene.Server.Process.HangUp();
        await scene.Server.Process.OutputLineAsync("version 2 is in force");

        JsonNode inForce = await scene.Server.GetAsync("configuration");
        Assert.Equal("file", (string?)inForce["version"]!["origin"]);
        Assert.Contains("# the comment is kept", (string?)inForce["files"]![0]!["text"], StringComparison.Ordinal);
        Assert.DoesNotContain("alice-demo", inForce.ToJsonString(), StringComparison.Ordinal);
        scene.Server.Process.HangUp();
        await scene.Server.Process.OutputLineAsync("nothing changed: says what is in force already");
    }

    [Fact]
    public async Task Each_configuration_of_the_corpus_is_taken_or_refused_by_SIGHUP_one_after_another()
    {
        await using Scene scene = await Scene.OpenAsync(First);
        long version = 1;
        HashSet<string> told = new(StringComparer.Ordinal);
        foreach ((string folder, string name, string finding) in Corpus())
        {
            if (folder == "bad" && !told.Add(finding))
            {
                continue; // its line in the log could not be told from that of another file
            }

            File.Copy(PathOf(folder, name), scene.Server.ConfigurationFile, overwrite: true);
            scene.Server.Process.HangUp();
            await scene.Server.Process.OutputLineAsync(folder == "good" ? $"version {++version} is in force" : scene.Server.ConfigurationFile + finding);
        }

        await WriteAsync(scene.Server, "domain.yaml", Second);
        scene.Server.Process.HangUp();
        await scene.Server.Process.OutputLineAsync($"version {++version} is in force");
        Assert.Equal(version, (long)(await scene.Server.GetAsync("configuration"))["current"]!);
        Assert.Equal(["alice", "carol"], (await scene.Server.GetAsync("agents"))["items"]!.AsArray().Select(static agent => (string?)agent!["id"]));
    }

    /// <summary>Good and bad in turns; of a bad one the first line that check-config says, without the file's name and the remedy.</summary>
    private static IEnumerable<(string Folder, string Name, string Finding)> Corpus()
    {
        (string, string, string)[] good = [.. Of("good")];
        (string, string, string)[] bad = [.. Of("bad")];
        Assert.True(good.Length > 20 && bad.Length > 30);
        for (int i = 0; i < Math.Max(good.Length, bad.Length); i++)
        {
            foreach ((string, string, string)[] list in new[] { bad, good })
            {
                if (i < list.Length)
                {
                    yield return list[i];
                }
            }
        }

        static IEnumerable<(string, string, string)> Of(string folder)
        {
            string[] expected = File.ReadAllLines(PathOf(folder, "expected.txt"));
            for (int i = 0; i < expected.Length; i++)
            {
                string name = expected[i].Split(": ")[0];
                if (expected[i].StartsWith(' ') || !File.Exists(PathOf(folder, name)))
                {
                    continue;
                }

                yield return (folder, name, folder == "good" ? "" : expected[i + 1].Trim()[name.Length..].Split("; ")[0].Split(" (")[0]);
            }
        }
    }

    private static string PathOf(string folder, string name) => Path.Combine(AppContext.BaseDirectory, "Corpus", folder, name);

    [Fact]
    public async Task A_restart_with_the_same_file_does_not_undo_a_rollback_and_a_changed_file_is_applied()
    {
        await using Scene scene = await Scene.OpenAsync(First);
        await WriteAsync(scene.Server, "domain.yaml", Second);
        await scene.Server.KillAndRestartAsync();
        await using ChildProcess back = scene.Server.Command("config", "rollback", "--comment", "too early");
        await back.SucceedsAsync();

        await scene.Server.KillAndRestartAsync();

        JsonNode inForce = await scene.Server.GetAsync("configuration");
        Assert.Equal((3, "rollback", 1), ((int)inForce["current"]!, (string?)inForce["version"]!["origin"], (int)inForce["version"]!["copyOf"]!));
        Assert.Contains("version 3 (a rollback to 1 by admin) stays in force", scene.Server.Process.Errors, StringComparison.Ordinal);
        await WriteAsync(scene.Server, "domain.yaml", Second + "\nhosts: [shop.example]\n");
        await scene.Server.KillAndRestartAsync();
        Assert.Equal("shop.example", (string?)(await scene.Server.GetAsync("configuration"))["configuration"]!["hosts"]![0]);
    }

    [Fact]
    public async Task Killed_in_the_middle_of_an_apply_it_comes_back_with_the_old_or_the_new_one_whole()
    {
        await using Scene scene = await Scene.OpenAsync(Marked(0));
        int applied = 0;
        for (int round = 1; round <= 8; round++)
        {
            Task<JsonNode> answer = scene.Server.PostConfigurationAsync(Marked(round));
            // Other requests are the clock: one more of them in each round, so that the kill comes at another point.
            for (int i = 0; i < (round - 1) * 4 && !answer.IsCompleted; i++)
            {
                await scene.Server.GetTextAsync("/healthz");
            }

            await scene.Server.KillAsync();
            bool wasAnswered = await answer.ContinueWith(static task => task.IsCompletedSuccessfully, TaskScheduler.Default);
            await scene.Server.RestartAsync();

            JsonNode inForce = await scene.Server.GetAsync("configuration");
            int mark = int.Parse(((string?)inForce["configuration"]!["hosts"]![0])!.Split('.')[0][1..], System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(mark == round || (mark == applied && !wasAnswered), $"round {round}: {mark} is in force, {applied} was, answered: {wasAnswered}");
            Assert.All(inForce["configuration"]!["agents"]!.AsArray(), agent => Assert.EndsWith($" of {mark}", (string?)agent!["name"], StringComparison.Ordinal));
            Assert.Equal(500, inForce["configuration"]!["agents"]!.AsArray().Count);
            Assert.Equal((int)inForce["current"]!, (int)(await scene.Server.GetAsync("summary"))["configurationVersion"]!);
            applied = mark;
        }
    }

    [Fact]
    public async Task A_command_tells_mistakes_by_exit_code_2_and_a_server_that_does_not_answer_by_3()
    {
        await using RoutingServer server = await RoutingServer.StartAsync(First);
        string bad = await WriteAsync(server, "bad.yaml", First.Replace("timeout: 10m", "timeout: soon", StringComparison.Ordinal));

        await using ChildProcess apply = server.Command("config", "apply", bad);
        Assert.Equal(2, await apply.ExitAsync());
        Assert.StartsWith($"{bad}:9:52: 'timeout: soon' is not a duration", apply.Errors, StringComparison.Ordinal);
        await using ChildProcess check = ChildProcess.Start(RoutingServer.Program, ["check-config", bad, "--format", "json"], server.Folder);
        Assert.Equal(2, await check.ExitAsync());
        JsonNode mistake = Assert.Single(JsonNode.Parse(check.Output)!["mistakes"]!.AsArray())!;
        Assert.Equal((bad, 9, 52), ((string?)mistake["file"], (int)mistake["line"]!, (int)mistake["column"]!));

        await using ChildProcess unknown = server.Command("config", "rollback", "--version", "7");
        Assert.Equal(2, await unknown.ExitAsync());
        Assert.StartsWith("routing: Version 7 is not kept.", unknown.Errors, StringComparison.Ordinal);
        server.Process.Kill();
        await server.Process.ExitAsync();
        await using ChildProcess nobody = server.Command("config", "versions");
        Assert.Equal(3, await nobody.ExitAsync());
        Assert.Contains("does not answer", Assert.Single(nobody.Errors.Split('\n')), StringComparison.Ordinal);
    }

    /// <summary>A configuration that says in every part which one it is.</summary>
    private static string Marked(int mark) => $$"""
        domain: shop
        realm: demo
        demo: true
        hosts: [h{{mark}}.example]
        agents:
          - { id: "agent[1-500]", name: "Agent {id} of {{mark}}", password: "{id}-demo" }
        queues:
          - { id: support, name: "Support {{mark}}" }
        numbers:
          - { number: "1000", queue: support }
        apiKeys:
          - { name: admin, key: demo-admin, role: admin }
        """;

    private static async Task<string> WriteAsync(RoutingServer server, string name, string text)
    {
        string path = Path.Combine(server.Folder, name);
        await File.WriteAllTextAsync(path, text);
        return path;
    }
}
