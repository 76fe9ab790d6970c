using Routing.Contracts.Commands;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Postgres;
using Routing.Mailbox.Tests.Fakes;
using Routing.TestKit.Postgres;
using Xunit;

namespace Routing.Mailbox.Tests.Postgres;

/// <summary>The server goes away under a running host, and comes back.</summary>
public sealed class OutageTests(OutageTests.Server server) : IClassFixture<OutageTests.Server>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task A_server_that_crashes_refuses_inputs_and_after_its_recovery_everything_goes_on_without_a_restart()
    {
        using PostgresStore store = Open();
        StoreSigns signs = new();
        using LocalHost host = await HostAsync(store, signs);
        Assert.Equal("a 1", (await SendAsync(host, "e1")).Detail);

        server.Postgres.StopImmediately();
        Assert.Equal(ReplyCode.Unavailable, (await SendAsync(host, "e2")).Code);
        Assert.False(host.Status().Ready);
        await signs.Failed.WaitAsync(Patience);
        Assert.Equal(ReplyCode.Unavailable, (await SendAsync(host, "e3")).Code);
        await Assert.ThrowsAsync<StoreException>(() => host.ReadDeadLettersAsync(Ledger.Domain, 1, CancellationToken.None));

        server.Postgres.Start();
        await signs.Recovered.WaitAsync(Patience);
        Assert.Equal("a 2", (await SendAsync(host, "e4")).Detail);
        Assert.True(host.Status().Ready);
        Assert.Empty(await host.ReadDeadLettersAsync(Ledger.Domain, 1, CancellationToken.None));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public async Task A_server_that_stands_still_refuses_inputs_and_nothing_is_done_twice_when_it_goes_on(int commandTimeoutSeconds)
    {
        using PostgresStore store = Open(commandTimeoutSeconds);
        StoreSigns signs = new();
        using LocalHost host = await HostAsync(store, signs);
        Assert.Equal("a 1", (await SendAsync(host, "e1")).Detail);

        server.Postgres.Freeze();
        try
        {
            Assert.Equal(ReplyCode.Unavailable, (await SendAsync(host, "e2")).Code);
            Assert.Equal(ReplyCode.Unavailable, (await SendAsync(host, "e3")).Code);
            Assert.False(host.Status().Ready);
        }
        finally
        {
            server.Postgres.GoOn();
        }

        await signs.Recovered.WaitAsync(Patience);
        // The second may have been under way: its sender was told that the outcome is unknown.
        Assert.Contains((await SendAsync(host, "e4")).Detail, new[] { "a 2", "a 3" });
        Assert.True(host.Status().Ready);
    }

    [Fact]
    public async Task A_session_that_is_ended_by_an_operator_costs_its_lane_a_moment_and_no_input()
    {
        using PostgresStore store = Open();
        StoreSigns signs = new();
        using LocalHost host = await HostAsync(store, signs);
        Assert.Equal("a 1", (await SendAsync(host, "e1")).Detail);
        using Npgsql.NpgsqlConnection admin = new(store.Settings.Control);
        admin.Open();
        using Npgsql.NpgsqlCommand end = new("SELECT pg_terminate_backend(pid, 30000) FROM owners", admin);
        end.ExecuteNonQuery();
        Assert.Equal("a 2", (await SendAsync(host, "e2")).Detail);
        await signs.Recovered.WaitAsync(Patience);
    }

    private PostgresStore Open(int commandTimeoutSeconds = 30) => PostgresStore.Open(
        server.Postgres.Connection + PostgresServer.NewSchema(), TimeProvider.System, new PostgresStoreOptions { CommandTimeoutSeconds = commandTimeoutSeconds });

    private static async Task<LocalHost> HostAsync(PostgresStore store, StoreSigns signs)
    {
        LocalHost host = new(store, new LedgerFactory(), TimeProvider.System, log: signs);
        host.Start();
        await host.EnsureDomain(Ledger.Domain).WaitAsync(Patience);
        return host;
    }

    private static Task<CommandReply> SendAsync(LocalHost host, string entry) =>
        host.SendAsync(Ledger.Domain, Ledger.Entry("a", entry), null, CancellationToken.None).WaitAsync(Patience);

    /// <summary>One server for these tests, one after the other.</summary>
    public sealed class Server : IDisposable
    {
        public PostgresServer Postgres { get; } = PostgresServer.StartOwn();

        public void Dispose() => Postgres.Dispose();
    }
}
