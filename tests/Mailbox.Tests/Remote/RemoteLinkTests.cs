using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Remote;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>Who is let in over a link, what is told of who is not, and links at the edge of what they take.</summary>
public sealed class RemoteLinkTests : IDisposable
{
    private const string OtherAddress = "also-silo-1:1";
    private static readonly GatewayId Gateway = GatewayId.Of("gw");

    private readonly ManualTime _time = new();
    private readonly ManualNetwork _network;
    private readonly StallLog _log = new();
    private readonly MemoryStore _store;
    private readonly List<IDisposable> _parts = [];
    private readonly List<LocalHost> _hosts = [];
    private LocalHost _host;

    public RemoteLinkTests()
    {
        _network = new ManualNetwork(_time);
        _store = new MemoryStore(_time);
        _host = Serve(_store);
    }

    public void Dispose()
    {
        _parts.AsEnumerable().Reverse().ToList().ForEach(part => part.Dispose());
        _store.Dispose();
    }

    [Fact]
    public void Of_two_gateways_under_one_name_the_first_keeps_its_links_and_the_second_gets_in_once_it_is_gone()
    {
        RemoteHost first = Reach();
        RemoteHost second = Reach();
        Run();

        Assert.True(first.Status().Ready);
        Assert.False(second.Status().Ready);
        Assert.Contains("another gateway of this name", second.Status().NotReadyReason, StringComparison.Ordinal);
        Assert.Contains(_log.Told, told => told.StartsWith("refused: gateway 'front' is connected already", StringComparison.Ordinal));
        Assert.Contains(_log.Told, told => told.StartsWith("delivery down at", StringComparison.Ordinal) && told.Contains("--name", StringComparison.Ordinal));

        first.Dispose();
        Run(3 * second.Options.RetryMaxMs);
        Assert.True(second.Status().Ready);
        Assert.Equal("a 1", Send(second, "e1").Detail);
    }

    [Fact]
    public void A_gateway_that_was_started_anew_gets_in_while_its_former_process_is_frozen_and_keeps_its_place_when_that_wakes()
    {
        RemoteHost frozen = Reach();
        Run();
        RemoteHost anew = Reach();
        _network.Silence(LinkClients.SilenceLimitMs + 1);
        Run();
        Run(3 * anew.Options.RetryMaxMs);

        Assert.True(anew.Status().Ready);
        Assert.False(frozen.Status().Ready);
        Assert.Contains("another gateway of this name", frozen.Status().NotReadyReason, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_gateways_that_each_reached_another_silo_first_the_one_that_is_connected_for_longer_goes_on_alone()
    {
        using MemoryStore other = new(_time);
        RemoteHost first = Reach(ManualNetwork.Silo, "silo-2:1");
        Run();
        _time.Advance(1_000);
        _network.Listen(NewHost(other, Ledger.Other), "silo-2:1");
        RemoteHost second = Reach("silo-2:1", ManualNetwork.Silo);
        Run(1_000);

        Assert.True(first.Status().Ready);
        Assert.Equal([Ledger.Domain, Ledger.Other], first.Domains.Order());
        Assert.False(second.Status().Ready);
    }

    [Fact]
    public void A_silo_that_is_named_twice_is_reached_over_one_of_its_addresses_and_over_the_other_when_that_fails()
    {
        LinkSilo silo = _network.Listen(_host);
        _network.Listen(_host, OtherAddress, silo);
        RemoteHost remote = Reach(ManualNetwork.Silo, OtherAddress);
        RecordingSink sink = new();
        using IGatewaySession session = remote.OpenGateway(Gateway, 1, sink);
        Run();

        // Two links of two ends: delivery and reading.
        Assert.Equal(4, _network.OpenLinks);
        Assert.Contains(_log.Told, told => told.Contains($"it is the silo that is reached at {ManualNetwork.Silo} already", StringComparison.Ordinal));

        _network.Deafen();
        _network.Cut();
        Run(remote.Options.RefusedRetryMaxMs);
        Assert.True(remote.Status().Ready);
        Assert.Equal("a 1", Send(remote, "e1").Detail);
    }

    [Fact]
    public void What_a_silo_tells_of_other_silos_is_reached_and_left_again_when_they_are_gone()
    {
        using MemoryStore other = new(_time);
        LinkSilo silo = _network.Listen(_host);
        _network.Listen(NewHost(other, Ledger.Other), "silo-2:1");
        RemoteHost remote = Reach();
        Run();
        Assert.Equal([Ledger.Domain], remote.Domains);

        silo.Tell([ManualNetwork.Silo, "silo-2:1"]);
        Run(1);
        Assert.Equal([Ledger.Domain, Ledger.Other], remote.Domains.Order());
        Assert.Equal(8, _network.OpenLinks);

        _network.Deafen("silo-2:1");
        _network.Cut("silo-2:1");
        silo.Tell([ManualNetwork.Silo]);
        Run(1);
        _network.Listen(NewHost(other, Ledger.Other), "silo-2:1");
        Run(1_000);
        Assert.Equal(4, _network.OpenLinks);
    }

    [Fact]
    public void A_wrong_key_is_told_on_both_sides()
    {
        _network.SiloKey = new ClusterKey("another key altogether"u8);
        _network.Listen(_host);
        Reach();
        Run();

        Assert.Contains(_log.Told, told => told.StartsWith("refused: it does not know the cluster's key", StringComparison.Ordinal));
        Assert.Contains(_log.Told, told => told.StartsWith("delivery down", StringComparison.Ordinal) && told.Contains("--cluster-key", StringComparison.Ordinal));
    }

    [Fact]
    public void Refused_links_are_told_once_in_ten_seconds()
    {
        LinkRefusals refusals = new(_time, _log);
        for (int i = 0; i < 5; i++)
        {
            refusals.Tell(LinkRefusal.Key, "peer", "key");
        }

        refusals.Tell(LinkRefusal.Protocol, "peer", "protocol");
        _time.Advance(10_000);
        refusals.Tell(LinkRefusal.Key, "peer", "key");

        Assert.Equal(["refused: key", "refused: protocol", "refused: key (and 4 more since the last time)"], _log.Told.Where(told => told.StartsWith("refused", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_store_that_was_brought_back_from_a_copy_makes_gateways_and_subscribers_start_over_and_holds_up_no_input()
    {
        using MemoryStore copy = new(_time) { History = "brought back" };
        RemoteHost remote = Reach();
        RecordingSink sink = new();
        using IGatewaySession session = remote.OpenGateway(Gateway, 1, sink);
        using IDisposable events = remote.SubscribeEvents(Ledger.Domain, 0, sink);
        Run();
        List<string?> replies = [];
        for (int i = 0; i < 3; i++)
        {
            session.Send(Ledger.Domain, Ledger.Entry("a", $"e{i}", "effect gw 1"), reply => replies.Add(reply.Detail));
        }

        Run();
        Assert.Equal([1L, 2L, 3L], sink.Effects.Select(effect => effect.Sequence));
        Assert.DoesNotContain("start over", sink.Told);

        _network.Deafen();
        _network.Cut();
        _host.Dispose();
        _host = Serve(copy);
        Run(remote.Options.RetryMaxMs);
        session.Send(Ledger.Domain, Ledger.Entry("a", "e3", "effect gw 1"), reply => replies.Add(reply.Detail));
        Run(1);

        Assert.Equal(["a 1", "a 2", "a 3", "a 1"], replies);
        Assert.Equal([1L, 2L, 3L, 1L], sink.Effects.Select(effect => effect.Sequence));
        Assert.Equal(2, sink.Told.Count(told => told == "start over"));
        Assert.True(sink.Told.LastIndexOf("start over") < sink.Told.LastIndexOf("effect 1"));
        Assert.Equal([1L, 2L, 3L, 1L], sink.Sequences);
    }

    [Fact]
    public void A_session_that_is_opened_before_the_silo_said_what_it_owns_gets_its_effects_once()
    {
        RemoteHost remote = Reach();
        RecordingSink first = new();
        IGatewaySession session = remote.OpenGateway(Gateway, 1, first);
        Run();
        session.Send(Ledger.Domain, Ledger.Entry("a", "e1", "effect gw 3"), static _ => { });
        Run();
        session.Dispose();
        _network.Cut();
        _time.Advance(remote.Options.RetryMaxMs);

        // Challenge, greeting and welcome, of both links; not the domains.
        _network.Pump(6);
        Assert.False(remote.Status().Ready);
        RecordingSink sink = new();
        using IGatewaySession next = remote.OpenGateway(Gateway, 1, sink);
        Run();

        Assert.Equal([1L, 2L, 3L], sink.Effects.Select(effect => effect.Sequence));
    }

    [Fact]
    public void A_link_without_room_gets_all_effects_in_the_end_without_being_closed()
    {
        RemoteHost remote = Reach();
        Run();
        for (int i = 0; i < 60; i++)
        {
            Assert.True(Send(remote, $"e{i}", "effect gw 2").IsOk);
        }

        _network.RoomFrames = 7;
        RecordingSink sink = new();
        using IGatewaySession session = remote.OpenGateway(Gateway, 1, sink);
        for (int i = 0; i < 100; i++)
        {
            Run(100);
        }

        Assert.Equal(Enumerable.Range(1, 120).Select(number => (long)number), sink.Effects.Select(effect => effect.Sequence));
        Assert.DoesNotContain(_log.Told, told => told.Contains("down", StringComparison.Ordinal) || told.Contains("failed", StringComparison.Ordinal));
    }

    private LocalHost Serve(MemoryStore store)
    {
        LocalHost host = NewHost(store, Ledger.Domain);
        _network.Listen(host);
        return host;
    }

    private LocalHost NewHost(MemoryStore store, DomainId domain)
    {
        LocalHost host = new(store, new LedgerFactory(), _time, new LocalHostOptions { IsManual = true }, _log);
        _parts.Add(host);
        _hosts.Add(host);
        _ = host.EnsureDomain(domain);
        return host;
    }

    private RemoteHost Reach(params string[] silos)
    {
        RemoteHostOptions options = new() { Name = "front", Incarnation = 1, Silos = silos.Length == 0 ? [ManualNetwork.Silo] : silos, Key = ManualNetwork.Key };
        RemoteHost remote = new(options, _network, _time, _log);
        _parts.Add(remote);
        remote.Start();
        return remote;
    }

    private CommandReply Send(RemoteHost remote, string entry, string orders = "")
    {
        Task<CommandReply> reply = remote.SendAsync(Ledger.Domain, Ledger.Entry("a", entry, orders), null, CancellationToken.None);
        Run();
        return reply.Now();
    }

    /// <summary>Everything that happens within a time, in steps of at most 50 ms.</summary>
    private void Run(int milliseconds = 0)
    {
        RunNow();
        for (int left = milliseconds; left > 0; left -= 50)
        {
            _time.Advance(Math.Min(left, 50));
            RunNow();
        }
    }

    private void RunNow()
    {
        do
        {
            _hosts.ForEach(host => host.RunUntilIdle());
        }
        while (_network.Pump());
    }
}
