using System.Net;
using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Remote;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>Two silos that reach each other over real sockets, with threads and the real clock; the second knows the first only because the first tells its address.</summary>
public sealed class ClusterHostSocketTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly ClusterKey Key = new("a key that all of them know"u8);

    private readonly MemoryStore _store = new(TimeProvider.System);
    private readonly LocalHost[] _hosts;
    private readonly LinkServer[] _servers;
    private readonly ClusterHost[] _reaches;

    public ClusterHostSocketTests()
    {
        _store.PlaceDomain(Ledger.Domain, 1, 0);
        _store.PlaceDomain(Ledger.Other, 2, 0);
        _hosts = [Host(), Host()];
        _servers = [Serve(0), Serve(1)];
        string[] addresses = [.. _servers.Select(server => server.LocalEndPoint.ToString())];
        Array.ForEach(_servers, server => server.TellSilos(addresses));
        Array.ForEach(_servers, server => server.Start());
        _reaches = [Reach(0), Reach(1)];
    }

    public void Dispose()
    {
        Array.ForEach(_reaches, reach => reach.Dispose());
        Array.ForEach(_servers, server => server.Dispose());
        Array.ForEach(_hosts, host => host.Dispose());
        _store.Dispose();
    }

    [Fact]
    public async Task Every_silo_commands_reads_and_watches_the_domains_of_both_and_goes_on_when_one_moves()
    {
        await _hosts[0].TakeAsync([1]);
        await _hosts[1].TakeAsync([2]);
        foreach (ClusterHost reach in _reaches)
        {
            foreach (DomainId domain in new[] { Ledger.Domain, Ledger.Other })
            {
                CommandReply reply = await reach.SendAsync(domain, Ledger.Entry("a", "e"), null, CancellationToken.None).WaitAsync(Patience);
                Assert.True(reply.IsOk, reply.Detail);
                Assert.True((await reach.SnapshotAsync(domain, CancellationToken.None).WaitAsync(Patience)).Sequence > 0);
                Assert.NotEmpty(await reach.ReadEventsAsync(domain, 0, 10, CancellationToken.None).WaitAsync(Patience));
            }

            Assert.Equal([Ledger.Domain, Ledger.Other], reach.Domains);
        }

        AwaitableSink[] watchers = [new(0, 3), new(0, 3)];
        using IDisposable here = _reaches[0].SubscribeEvents(Ledger.Domain, 0, watchers[0]);
        using IDisposable there = _reaches[1].SubscribeEvents(Ledger.Domain, 0, watchers[1]);
        await _hosts[0].GiveUpAsync([1]);
        Task<CommandReply> between = _reaches[0].SendAsync(Ledger.Domain, Ledger.Entry("a", "between"), null, CancellationToken.None);
        await _hosts[1].TakeAsync([1]);

        Assert.True((await between.WaitAsync(Patience)).IsOk);

        // Taking a domain up is a turn of its own.
        Assert.True((await _reaches[0].SnapshotAsync(Ledger.Domain, CancellationToken.None).WaitAsync(Patience)).Sequence >= 3);
        await watchers[0].Complete.WaitAsync(Patience);
        await watchers[1].Complete.WaitAsync(Patience);
    }

    private LocalHost Host()
    {
        LocalHost host = new(_store, new LedgerFactory(), TimeProvider.System, new LocalHostOptions { IsShared = true });
        host.Start();
        return host;
    }

    private LinkServer Serve(int silo) => new(_hosts[silo], $"silo-{silo}", Key, new IPEndPoint(IPAddress.Loopback, 0));

    private ClusterHost Reach(int silo)
    {
        RemoteHostOptions options = new()
        {
            Name = ClusterHost.NamePrefix + silo,
            Incarnation = 1,
            Silos = [_servers[0].LocalEndPoint.ToString()],
            Key = Key,

            // However slow the machine.
            AnswerLimitMs = 60_000,
            OverloadLimitMs = 60_000,
        };
        ClusterHost reach = new(_hosts[silo], options, new SocketDialer(), TimeProvider.System);
        reach.Start();
        return reach;
    }
}
