using System.Net;
using System.Net.Sockets;
using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Remote;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>Links over real sockets, with threads and the real clock.</summary>
public sealed class RemoteSocketTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly ClusterKey Key = new("a key that all of them know"u8);

    private readonly MemoryStore _store = new(TimeProvider.System);
    private readonly LocalHost _host;
    private readonly LinkServer _server;

    public RemoteSocketTests()
    {
        _host = new LocalHost(_store, new LedgerFactory(), TimeProvider.System);
        _host.Start();
        _ = _host.EnsureDomain(Ledger.Domain);
        _server = new LinkServer(_host, "silo-1", Key, new IPEndPoint(IPAddress.Loopback, 0));
        _server.Start();
    }

    public void Dispose()
    {
        _server.Dispose();
        _host.Dispose();
        _store.Dispose();
    }

    [Fact]
    public async Task Commands_effects_events_and_reads_cross_a_link()
    {
        using RemoteHost remote = await ConnectAsync();
        AwaitableSink sink = new(effects: 2, turns: 2);
        using IGatewaySession session = remote.OpenGateway(GatewayId.Of("gw"), 1, sink);
        using IDisposable events = remote.SubscribeEvents(Ledger.Domain, 0, sink);
        TaskCompletionSource<CommandReply> replied = new(TaskCreationOptions.RunContinuationsAsynchronously);

        session.Send(Ledger.Domain, Ledger.Entry("a", "e1", "effect gw 2"), replied.SetResult);
        CommandReply reply = await replied.Task.WaitAsync(Patience);
        CommandReply second = await remote.SendAsync(Ledger.Domain, Ledger.Entry("a", "e2"), "key", CancellationToken.None).WaitAsync(Patience);
        CommandReply repeated = await remote.SendAsync(Ledger.Domain, Ledger.Entry("a", "e2"), "key", CancellationToken.None).WaitAsync(Patience);

        Assert.Equal(("a 1", "a 2", "a 2"), (reply.Detail, second.Detail, repeated.Detail));
        await sink.Complete.WaitAsync(Patience);
        DomainSnapshot snapshot = await remote.SnapshotAsync(Ledger.Domain, CancellationToken.None).WaitAsync(Patience);
        Assert.Equal(2, snapshot.Sequence);
        Assert.Equal([1L, 2L], (await remote.ReadEventsAsync(Ledger.Domain, 0, 10, CancellationToken.None).WaitAsync(Patience)).Select(turn => turn.Sequence));
        Assert.Null(await remote.ReadCallAsync(Ledger.Domain, CallId.Of("nobody"), CancellationToken.None).WaitAsync(Patience));
    }

    [Fact]
    public async Task A_silo_that_ends_and_comes_back_is_found_again_and_answers_what_was_sent_meanwhile()
    {
        using RemoteHost remote = await ConnectAsync();
        Assert.Equal("a 1", (await remote.SendAsync(Ledger.Domain, Ledger.Entry("a", "e1"), null, CancellationToken.None).WaitAsync(Patience)).Detail);
        IPEndPoint address = _server.LocalEndPoint;
        _server.Dispose();
        Task<CommandReply> meanwhile = remote.SendAsync(Ledger.Domain, Ledger.Entry("a", "e2"), null, CancellationToken.None);

        using LinkServer again = new(_host, "silo-1", Key, address);
        again.Start();

        Assert.Equal("a 2", (await meanwhile.WaitAsync(Patience)).Detail);
    }

    [Fact]
    public async Task Strangers_are_cut_off_and_harm_nobody()
    {
        using RemoteHost remote = await ConnectAsync();
        byte[][] nonsense =
        [
            [0xFF, 0xFF, 0xFF, 0x7F, 1],
            [0, 0, 0, 0],
            [4, 0, 0, 0, (byte)LinkFrameKind.Input, 1, 2, 3],
            [2, 0, 0, 0, (byte)LinkFrameKind.Hello, 0x80],
            "GET / HTTP/1.1\r\n\r\n"u8.ToArray(),
        ];
        foreach (byte[] bytes in nonsense)
        {
            using Socket stranger = new(SocketType.Stream, ProtocolType.Tcp);
            await stranger.ConnectAsync(_server.LocalEndPoint);
            await stranger.SendAsync(bytes);
            byte[] rest = new byte[1_024];
            using CancellationTokenSource patience = new(Patience);
            try
            {
                while (await stranger.ReceiveAsync(rest, patience.Token) > 0)
                {
                    // The challenge, and then the end.
                }
            }
            catch (SocketException)
            {
                // Reset instead of closed: the same to us.
            }
        }

        using RemoteHost spy = new(Options(new ClusterKey("some other key of length"u8)), new SocketDialer(), TimeProvider.System);
        spy.Start();
        Assert.Equal("a 1", (await remote.SendAsync(Ledger.Domain, Ledger.Entry("a", "e1"), null, CancellationToken.None).WaitAsync(Patience)).Detail);
        Assert.Empty(spy.Domains);
    }

    [Fact]
    public async Task Who_keeps_a_connection_alive_without_proving_who_it_is_is_cut_off()
    {
        using LinkServer server = new(_host, "silo-1", Key, new IPEndPoint(IPAddress.Loopback, 0), new SocketChannelOptions { GreetingLimitMs = 50 });
        server.Start();
        using Socket stranger = new(SocketType.Stream, ProtocolType.Tcp);
        await stranger.ConnectAsync(server.LocalEndPoint);
        using CancellationTokenSource patience = new(Patience);

        // Signs of life for ever: sending fails once the other side has closed, and the token ends a test that would go on.
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            while (true)
            {
                await stranger.SendAsync(new byte[] { 1, 0, 0, 0, (byte)LinkFrameKind.Ping }, patience.Token);
            }
        });
    }

    [Fact]
    public async Task A_silo_that_is_frozen_is_given_up_and_its_successor_found()
    {
        using Socket frozen = new(SocketType.Stream, ProtocolType.Tcp);
        frozen.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        frozen.Listen();
        StallLog log = new();
        using RemoteHost remote = new(
            Options(Key) with { Silos = [frozen.LocalEndPoint!.ToString()!] },
            new SocketDialer(new SocketChannelOptions { SilenceLimitMs = 100 }),
            TimeProvider.System,
            log);
        remote.Start();

        // The system takes the connection, the process behind it says nothing.
        Assert.Contains("Silent", await log.FirstLinkDown.WaitAsync(Patience), StringComparison.Ordinal);
    }

    private static RemoteHostOptions Options(ClusterKey key, params string[] silos) => new() { Name = "front", Incarnation = 1, Silos = silos, Key = key };

    private async Task<RemoteHost> ConnectAsync()
    {
        RemoteHost remote = new(Options(Key, _server.LocalEndPoint.ToString()), new SocketDialer(), TimeProvider.System);
        remote.Start();
        await remote.WaitUntilReachedAsync(CancellationToken.None).WaitAsync(Patience);
        return remote;
    }
}
