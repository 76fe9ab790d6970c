using System.Net;
using Routing.EndToEnd.Hostile;
using Routing.EndToEnd.Live;
using Routing.EndToEnd.Processes;
using Routing.TestKit.Postgres;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>The whole product in one process on PostgreSQL, and what happens to calls when either of the two goes away.</summary>
public sealed class PostgresTests(PostgresTests.Server server) : IClassFixture<PostgresTests.Server>
{
    [Fact]
    public async Task A_waiting_call_survives_a_kill_of_the_program_and_is_let_go_by_the_next_one()
    {
        await using Scene scene = await OpenAsync();
        RoutingServer routing = scene.Server;
        using RawUdp caller = new(routing.Network.NextAddress(), routing.SipAddress);
        string answer = await RawCalls.AnsweredAsync(caller, "waits");
        Assert.Empty(Directory.GetFiles(routing.DataFolder, "mailbox.db*"));

        await routing.KillAndRestartAsync();

        await using LiveWatch live = await routing.WatchAsync();
        await live.WaitingAsync("support", 1);
        await RawCalls.HangUpAsync(caller, answer);
        await live.WaitingAsync("support", 0);
    }

    [Fact]
    public async Task While_the_server_is_crashed_calls_go_on_new_ones_get_503_and_then_everything_works_again()
    {
        await using Scene scene = await OpenAsync();
        using RawUdp caller = new(scene.Server.Network.NextAddress(), scene.Server.SipAddress);
        string answer = await RawCalls.AnsweredAsync(caller, "before");
        await scene.Live.WaitingAsync("support", 1);

        server.Postgres.StopImmediately();
        await IsRefusedAsync(scene, "during");
        await RawCalls.HangUpAsync(caller, answer);

        server.Postgres.Start();
        await WorksAgainAsync(scene);
        Assert.Single(scene.Server.Process.Output.Split('\n'), static line => line.Contains(" 1103 ", StringComparison.Ordinal) && !line.Contains("(Stalled)", StringComparison.Ordinal));
        Assert.DoesNotContain(PostgresServer.Password, scene.Server.Process.Output + scene.Server.Process.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_server_stands_still_calls_go_on_new_ones_get_503_and_nothing_is_lost_when_it_goes_on()
    {
        await using Scene scene = await OpenAsync();
        using RawUdp caller = new(scene.Server.Network.NextAddress(), scene.Server.SipAddress);
        string answer = await RawCalls.AnsweredAsync(caller, "before");
        await scene.Live.WaitingAsync("support", 1);

        server.Postgres.Freeze();
        try
        {
            await IsRefusedAsync(scene, "during");
            await RawCalls.HangUpAsync(caller, answer);
        }
        finally
        {
            server.Postgres.GoOn();
        }

        await WorksAgainAsync(scene);
    }

    [Theory]
    [InlineData("Password=wrong-one", "does not let user postgres in")]
    [InlineData("Pooling=true", "asks for Pooling")]
    public async Task A_store_that_cannot_be_used_ends_the_start_with_one_line_and_no_secret(string instead, string told)
    {
        string connection = server.Postgres.TcpConnection + ";" + instead;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("routing-");
        await using ChildProcess routing = ChildProcess.Start(RoutingServer.Program, ["--store", "postgres:" + connection, "--data", Path.Combine(folder.FullName, "data")], folder.FullName);

        Assert.Equal(2, await routing.ExitAsync());

        string line = Assert.Single(routing.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("routing: store: ", line, StringComparison.Ordinal);
        Assert.Contains(told, line, StringComparison.Ordinal);
        Assert.DoesNotContain("-one", routing.Errors + routing.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(PostgresServer.Password, routing.Errors + routing.Output, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    private Task<Scene> OpenAsync() => Scene.OpenAsync(store: "postgres:" + server.Postgres.TcpConnection + PostgresServer.NewSchema());

    private static async Task IsRefusedAsync(Scene scene, string call)
    {
        using RawUdp late = new(scene.Server.Network.NextAddress(), scene.Server.SipAddress);
        string refusal = await RawCalls.InviteAsync(late, call);
        Assert.Equal(503, HostileText.StatusOf(refusal));
        Assert.Contains("\r\nRetry-After: ", refusal, StringComparison.Ordinal);
        await scene.Server.Process.OutputLineAsync(" 1103 ");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await RawCalls.StatusAsync(scene.Server, "/readyz"));
        Assert.Equal(HttpStatusCode.OK, await RawCalls.StatusAsync(scene.Server, "/healthz"));
    }

    private static async Task WorksAgainAsync(Scene scene)
    {
        await scene.Server.Process.OutputLineAsync("works again");
        Assert.Equal(HttpStatusCode.OK, await RawCalls.StatusAsync(scene.Server, "/readyz"));
        // Who hung up during the outage is gone for the domain too, and so is who was refused while its arrival was under way.
        await scene.Live.WaitingAsync("support", 0);
        ChildProcess alice = await scene.SippAgentAsync("alice", "agent_answers");
        ChildProcess next = scene.SippCaller("0901", "1000");
        await alice.SucceedsAsync();
        await next.SucceedsAsync();
        await scene.Live.CallAsync("0901", "ended");
        Assert.Equal(0, (int)(await scene.Server.GetAsync("calls"))["total"]!);
    }

    /// <summary>One server for these tests, one after the other.</summary>
    public sealed class Server : IDisposable
    {
        public PostgresServer Postgres { get; } = PostgresServer.StartOwn();

        public void Dispose() => Postgres.Dispose();
    }
}
