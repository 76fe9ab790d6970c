using Routing.EndToEnd.Phones;
using Routing.EndToEnd.Processes;
using Routing.TestKit.Postgres;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>Two silos on one PostgreSQL and a gateway, in processes of their own: either silo is killed, or asked to end, while real phones wait and talk. Whichever of them has the domain, it goes to the other.</summary>
public sealed class TwoSilosTests(TwoSilosTests.Database database) : IClassFixture<TwoSilosTests.Database>
{
    private const double AgentToneHz = 700;

    [Fact]
    public async Task Silos_are_killed_while_a_caller_waits_and_while_it_talks_and_the_call_goes_on_and_ends_as_answered()
    {
        (Scene opened, OtherSilo other) = await OpenAsync();
        await using Scene scene = opened;
        await using OtherSilo second = other;
        Baresip caller = await scene.CallerPhoneAsync("1401");
        await caller.DialAsync(scene.UriOf("1000"));
        await caller.EventAsync("CALL_ESTABLISHED");
        string id = await scene.Live.CallAsync("1401", "waiting");

        await scene.Server.KillSiloAsync();
        Baresip alice = await scene.AgentPhoneAsync("alice", AgentToneHz);
        await alice.EventAsync("CALL_ESTABLISHED");
        Assert.Equal(id, await scene.Live.CallAsync("1401", "talking"));

        await scene.Server.StartSiloAsync();
        await second.KillAsync();
        await caller.HeardAsync(AgentToneHz, seconds: 1);
        await caller.HangUpAsync();
        await alice.EventAsync("CALL_CLOSED");
        Assert.Equal(id, await scene.Live.CallAsync("1401", "ended"));
        Assert.Equal("answered", (string?)(await scene.Server.GetAsync("calls/" + id))["call"]!["outcome"]);
    }

    private async Task<(Scene Scene, OtherSilo Other)> OpenAsync()
    {
        string store = "postgres:" + database.Postgres.TcpConnection + PostgresServer.NewSchema();
        Scene scene = await Scene.OpenAsync(split: true, store: store);
        try
        {
            return (scene, await OtherSilo.StartAsync(scene.Server, scene.Server.Network.NextAddress(), "--store", store));
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    /// <summary>One server for these tests, one after the other.</summary>
    public sealed class Database : IDisposable
    {
        public PostgresServer Postgres { get; } = PostgresServer.StartOwn();

        public void Dispose() => Postgres.Dispose();
    }
}
