using System.Text;
using Routing.Silo.Commands;
using Routing.Silo.Tests.Configuration;
using Xunit;

namespace Routing.Silo.Tests.Commands;

/// <summary>The corpus against a running server, over HTTP as an administrator does it.</summary>
public sealed class ConfigCommandTests
{
    [Fact]
    public async Task Each_good_configuration_is_shown_applied_kept_and_rolled_back_while_a_call_waits_for_nobody()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        foreach (string path in CorpusTests.Entries("good"))
        {
            (int code, string output, string errors) diff = await RunAsync(server, "diff", path);
            (int code, string output, string errors) apply = await RunAsync(server, "apply", path);
            (int code, string output, string errors) again = await RunAsync(server, "apply", path);
            (int code, string output, string errors) back = await RunAsync(server, "rollback");
            (int code, string output, string errors) forth = await RunAsync(server, "rollback");

            Assert.Equal((path, 0, 0, 0, 0, 0), (path, diff.code, apply.code, again.code, back.code, forth.code));
            Assert.StartsWith("Would change version ", diff.output, StringComparison.Ordinal);
            Assert.Equal(Changes(diff.output), Changes(apply.output));
            Assert.Contains("stays in force", again.output, StringComparison.Ordinal);
            Assert.Equal(Changes(diff.output), Changes(forth.output));
        }
    }

    [Fact]
    public async Task Each_broken_configuration_is_refused_and_changes_nothing()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        string before = (await RunAsync(server, "versions")).Output;

        foreach (string path in CorpusTests.Entries("bad"))
        {
            (int code, string _, string errors) = await RunAsync(server, "apply", path);

            Assert.Equal((path, 2), (path, code));
            Assert.NotEmpty(errors);
        }

        Assert.Equal(before, (await RunAsync(server, "versions")).Output);
    }

    [Fact]
    public async Task A_configuration_larger_than_other_bodies_is_applied()
    {
        using TemporaryFolder folder = new();
        StringBuilder text = new("domain: shop\nskills: [support]\napiKeys: [ { name: admin, key: " + RunningServer.AdminKey + ", role: admin } ]\nagents:\n");
        for (int i = 0; i < 1_000; i++)
        {
            text.Append("  - { id: a").Append(i).Append(", password: long-enough-").Append(i).Append(", skills: { support: 3 } }\n");
        }

        await File.WriteAllTextAsync(folder.PathOf("large.yaml"), text + "queues: [ { id: q, needs: { support: 1 } } ]\nnumbers: [ { number: 1, queue: q } ]\n");
        await using RunningServer server = await RunningServer.StartAsync();

        (int code, string output, string errors) = await RunAsync(server, "apply", folder.PathOf("large.yaml"));

        Assert.True(code == 0, errors);
        Assert.Contains("agents[a0]: added", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_change_the_configuration_may_not_send_a_large_body_either()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder.PathOf("large.yaml"), "domain: shop\n# " + new string('x', 20_000) + "\n");
        await using RunningServer server = await RunningServer.StartAsync();

        (int code, string _, string errors) = await server.RunAsync(ConfigCommand.Create(), "config", "apply", folder.PathOf("large.yaml"), "--key", RunningServer.Key);

        Assert.Equal(2, code);
        Assert.Contains("admin", errors, StringComparison.Ordinal);
    }

    private static Task<(int Code, string Output, string Errors)> RunAsync(RunningServer server, params string[] arguments) =>
        server.RunAsync(ConfigCommand.Create(), ["config", .. arguments, "--key", RunningServer.AdminKey]);

    private static string[] Changes(string output) => [.. output.Split('\n').Where(static line => line.StartsWith("  ", StringComparison.Ordinal))];
}
