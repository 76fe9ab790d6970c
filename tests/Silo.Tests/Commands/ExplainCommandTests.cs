using System.Text.Json;
using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Silo.Commands;
using Routing.Silo.Hosting;
using Xunit;

namespace Routing.Silo.Tests.Commands;

/// <summary><c>routing explain</c> against a server with a real domain: what it says, and its exit codes.</summary>
public sealed class ExplainCommandTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        await _server.RegisterAsync("ann");
        await _server.RegisterAsync("bob");
        await _server.CallAsync("c1");
        await _server.CallAsync("c2");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_call_that_waits_is_explained_in_words_with_the_turn_and_the_configuration()
    {
        (int code, string output, string errors) = await RunAsync("call", "c2");

        Assert.Equal((ExitCodes.Success, ""), (code, errors));
        Assert.StartsWith("1 agent has support >= 1: 1 is being rung. It is first in line.\n", output, StringComparison.Ordinal);
        Assert.Contains(": ann.\n", output, StringComparison.Ordinal);
        Assert.Matches(@"\n  \[all-busy; turn \d+, configuration 1\]\n$", output);
    }

    [Fact]
    public async Task An_agent_who_idles_beside_calls_is_explained_by_what_they_lack()
    {
        (int code, string output, _) = await RunAsync("agent", "bob");

        Assert.Equal(ExitCodes.Success, code);
        Assert.Contains("support >= 1", output, StringComparison.Ordinal);
        Assert.Matches(@"\n  \[lacks-the-needs; turn \d+, configuration 1\]\n$", output);
    }

    [Fact]
    public async Task A_decision_names_rule_candidates_who_was_passed_over_and_the_configuration()
    {
        await _server.SendAsync(new OfferFailed(new OfferId(CallId.Of("c1"), 1), OfferFailure.Declined, 486, null));
        await _server.SendAsync(new OfferAnswered(new OfferId(CallId.Of("c2"), 1), new LegState(LegId.Of("agent1"), new byte[] { 1 })));

        (int code, string output, string errors) = await RunAsync("decision", "c2/1");

        Assert.Equal((ExitCodes.Success, ""), (code, errors));
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches("^c2/1 to ann in queue help at .*: answered$", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("  passed over c1: cool-off", StringComparison.Ordinal));
        Assert.Matches(@"^  \[rule .*; \d+ candidates in all; configuration 1\]$", lines[^1]);

        // Without a number: every offer of the call.
        (_, output, _) = await RunAsync("decision", "c1");
        Assert.StartsWith("c1/1 to ann in queue help", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_JSON_it_is_the_servers_answer()
    {
        (int code, string output, _) = await RunAsync("call", "c2", "--format", "json");
        using JsonDocument call = JsonDocument.Parse(output);
        Assert.Equal((ExitCodes.Success, "all-busy", 1), (code, call.RootElement.GetProperty("reason").GetString(), call.RootElement.GetProperty("couldServe").GetInt32()));

        (_, output, _) = await RunAsync("decision", "c1/1", "--format", "json");
        using JsonDocument decision = JsonDocument.Parse(output);
        Assert.Equal(("ann", 1), (decision.RootElement.GetProperty("agent").GetString(), decision.RootElement.GetProperty("why").GetProperty("configurationVersion").GetInt32()));
    }

    [Theory]
    [InlineData("call", "nothing", "nothing")]
    [InlineData("agent", "nobody", "nobody")]
    [InlineData("decision", "nothing/1", "nothing")]
    [InlineData("decision", "1", "an offer is CALL/NUMBER")]
    [InlineData("decision", "c1/9", "call 'c1' has no offer 9")]
    [InlineData("decision", "c2", "call 'c2' was not offered to anybody")]
    [InlineData("call", "x/../../agents/ann", "")]
    [InlineData("agent", "ann?x=1", "ann?x=1")]
    public async Task What_is_not_there_is_told_in_one_line_with_exit_code_2(string what, string id, string told)
    {
        (int code, string output, string errors) = await RunAsync(what, id);

        Assert.Equal((ExitCodes.Refused, ""), (code, output));
        Assert.StartsWith("routing: ", errors, StringComparison.Ordinal);
        Assert.Contains(told, errors, StringComparison.Ordinal);
        Assert.Equal(1, errors.Count(static letter => letter == '\n'));
    }

    [Fact]
    public async Task A_wrong_key_is_refused_and_not_shown()
    {
        (int code, string output, string errors) = await RunAsync("call", "c2", "--key", "some-other-key");

        Assert.Equal((ExitCodes.Refused, ""), (code, output));
        Assert.DoesNotContain("some-other-key", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("c1/")]
    [InlineData("c1/x")]
    [InlineData("c1/-1")]
    public async Task What_is_no_offer_is_refused_before_anybody_is_asked(string offer)
    {
        StartupException error = await Assert.ThrowsAsync<StartupException>(() => RunAsync("decision", offer));
        Assert.Contains("write CALL/NUMBER", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_gone_is_no_answer()
    {
        string address = await AddressOfOneThatEndedAsync();

        ServerException error = await Assert.ThrowsAsync<ServerException>(() => _server.RunAsync(ExplainCommand.Create(), "explain", "call", "c2", "--server", address));
        Assert.Contains("does not answer", error.Message, StringComparison.Ordinal);
        Assert.Contains("--http", error.Message, StringComparison.Ordinal);
    }

    private static async Task<string> AddressOfOneThatEndedAsync()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        return server.Address;
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) => _server.RunAsync(ExplainCommand.Create(), ["explain", .. arguments]);
}
