using Routing.Mailbox.Postgres;
using Routing.TestKit.Postgres;
using Xunit;

namespace Routing.Mailbox.Tests.Cluster;

/// <summary>The server goes away under all silos at once.</summary>
public sealed class ClusterOutageTests : IDisposable
{
    private readonly PostgresServer _server = PostgresServer.StartOwn();
    private readonly ClusterScene _scene;

    public ClusterOutageTests() => _scene = new ClusterScene(_server);

    public void Dispose()
    {
        _scene.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task After_a_crash_of_the_server_every_silo_comes_back_to_what_it_had()
    {
        static SiloMemberOptions Patient(SiloMemberOptions options) => options with { NewcomerMs = 60_000 };
        ClusterSilo a = await _scene.StartAsync("a", with: Patient);
        ClusterSilo b = await _scene.StartAsync("b", with: Patient);
        ClusterSilo c = await _scene.StartAsync("c", with: Patient);
        await _scene.SettledAsync(a, b, c);
        ClusterSilo[] silos = [a, b, c];
        long?[] numbers = [.. silos.Select(silo => silo.Member.Id)];
        PartitionEpoch[][] before = [.. silos.Select(silo => silo.Host.Partitions.ToArray())];

        _server.StopImmediately();
        await _scene.News.UntilAsync(() => silos.All(silo => silo.Member.LastError is not null));
        _server.Start();
        await _scene.News.UntilAsync(() => silos.All(silo => silo.Member.LastError is null)
            && silos.Zip(before).All(pair => pair.First.Host.Partitions.Zip(pair.Second).All(owned => owned.First.Epoch > owned.Second.Epoch)));
        Assert.Equal(numbers, silos.Select(silo => silo.Member.Id));
        Assert.Equal(before.Select(owned => owned.Select(partition => partition.Partition)), silos.Select(silo => silo.Host.Partitions.Select(partition => partition.Partition)));
        await _scene.SettledAsync(a, b, c);
    }
}
