using Routing.EndToEnd.Processes;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>Who and what is turned away at the SIP side.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("alice", "wrong")]
    [InlineData("mallory", "mallory-demo")]
    public async Task A_phone_with_wrong_credentials_does_not_register(string user, string password)
    {
        await using Scene scene = await Scene.OpenAsync();

        await scene.RegisterAsync(user, password, "127.0.0.1:5999", expected: "403");

        Assert.Equal("logged-out", (string?)(await scene.Server.GetAsync("agents/alice"))["state"]);
    }

    [Fact]
    public async Task A_number_that_is_not_configured_is_not_found()
    {
        await using Scene scene = await Scene.OpenAsync();

        ChildProcess caller = scene.SippCaller("0601", "9999", "caller_refused", expected: "404");

        await caller.SucceedsAsync();
    }

    [Fact]
    public async Task Callers_over_TCP_are_served_like_those_over_UDP()
    {
        await using Scene scene = await Scene.OpenAsync();
        ChildProcess alice = await scene.SippAgentAsync("alice", "agent_answers");

        ChildProcess caller = scene.SippCaller("0602", "1000", options: ["-t", "t1"]);

        await alice.SucceedsAsync();
        await caller.SucceedsAsync();
    }
}
