using Routing.EndToEnd.Hostile;
using Routing.EndToEnd.Processes;
using Routing.EndToEnd.Proxies;
using Routing.TestKit.Postgres;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>What carriers see of two gateways, through Kamailio with the configuration of deploy/kamailio, while the database of both silos is away.</summary>
public sealed class CarrierOutageTests(CarrierOutageTests.Database database) : IClassFixture<CarrierOutageTests.Database>
{
    [Fact]
    public async Task While_the_database_is_away_OPTIONS_say_503_as_calls_do_and_who_waits_is_served_when_it_is_back()
    {
        string store = "postgres:" + database.Postgres.TcpConnection + PostgresServer.NewSchema();
        await using Scene scene = await Scene.OpenAsync(split: true, store: store);
        RoutingServer server = scene.Server;
        await using OtherSilo silo = await OtherSilo.StartAsync(server, server.Network.NextAddress(), "--store", store);
        OtherGateway other = await scene.OtherGatewayAsync();
        await using Kamailio proxy = await Kamailio.StartForCarriersAsync(server.Folder, server.Network.NextAddress(), [server.SipAddress, other.SipAddress], server.Network.Block + ".0 24");
        ChildProcess first = await CallAsync(scene, proxy, "1451");
        ChildProcess second = await CallAsync(scene, proxy, "1452");

        database.Postgres.StopImmediately();
        await proxy.GatewayAsync(server.SipAddress, "takes no calls");
        await proxy.GatewayAsync(other.SipAddress, "takes no calls");
        await IsRefusedAsync(server, server.SipAddress);
        await IsRefusedAsync(server, other.SipAddress);
        await scene.SippCaller("1453", "1000", "caller_refused", expected: "503", at: proxy.Address).SucceedsAsync();

        database.Postgres.Start();
        await proxy.GatewayAsync(server.SipAddress, "takes calls again");
        await proxy.GatewayAsync(other.SipAddress, "takes calls again");
        ChildProcess third = await CallAsync(scene, proxy, "1454");
        ChildProcess agent = await scene.SippAgentAsync("alice", "agent_answers", calls: 3);
        await first.SucceedsAsync();
        await second.SucceedsAsync();
        await third.SucceedsAsync();
        await agent.SucceedsAsync();
    }

    private static async Task<ChildProcess> CallAsync(Scene scene, Kamailio proxy, string caller)
    {
        ChildProcess process = scene.SippCaller(caller, "1000", at: proxy.Address);
        await scene.Live.CallAsync(caller, "waiting");
        return process;
    }

    /// <summary>OPTIONS and a new call get the same.</summary>
    private static async Task IsRefusedAsync(RoutingServer server, string gateway)
    {
        using RawUdp asker = new(server.Network.NextAddress(), gateway);
        asker.Send(HostileText.Request("OPTIONS", asker.Local, $"asks-{gateway}"));
        foreach (string refusal in (string[])[await RawCalls.ResponseAsync(asker, "OPTIONS"), await RawCalls.InviteAsync(asker, $"calls-{gateway}")])
        {
            Assert.Equal(503, HostileText.StatusOf(refusal));
            Assert.Contains("\r\nRetry-After: ", refusal, StringComparison.Ordinal);
        }
    }

    /// <summary>A server of their own, since it goes away.</summary>
    public sealed class Database : IDisposable
    {
        public PostgresServer Postgres { get; } = PostgresServer.StartOwn();

        public void Dispose() => Postgres.Dispose();
    }
}
