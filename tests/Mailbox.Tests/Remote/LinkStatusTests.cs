using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Remote;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>What either side of a link tells of it.</summary>
public sealed class LinkStatusTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly ManualNetwork _network;
    private readonly MemoryStore _store;
    private readonly LocalHost _host;
    private readonly LinkSilo _silo;
    private readonly List<RemoteHost> _remotes = [];

    public LinkStatusTests()
    {
        _network = new ManualNetwork(_time);
        _store = new MemoryStore(_time);
        _host = new LocalHost(_store, new LedgerFactory(), _time, new LocalHostOptions { IsManual = true });
        _ = _host.EnsureDomain(Ledger.Domain);
        _silo = _network.Listen(_host);
    }

    public void Dispose()
    {
        _remotes.ForEach(static remote => remote.Dispose());
        _host.Dispose();
        _store.Dispose();
    }

    [Fact]
    public void Both_sides_tell_of_links_that_are_well_and_of_inputs_that_wait_for_their_answer()
    {
        RemoteHost remote = Reach("front");
        Run();
        _ = remote.SendAsync(Ledger.Domain, Ledger.Entry("a", "e1"), null, CancellationToken.None);
        _network.Pump();

        Assert.Equal(
            [("silo-1", "delivery", true, 1L, 0L, 0L), ("silo-1", "reading", true, 0L, 0L, 0L)],
            remote.Links().Links.Select(static link => (link.Peer, link.Purpose, link.IsConnected, link.UnansweredInputs, link.ReconnectsCount, link.RefusalsCount)));
        LinkClientStatus client = Assert.Single(_silo.Clients.Status());
        Assert.Equal(("front", 2, 1L, 2L), (client.Client, client.ConnectionsCount, client.UnansweredInputs, client.ConnectsCount));

        Run();
        Assert.All(remote.Links().Links, static link => Assert.Equal((0, 0), (link.UnansweredInputs, link.QueuedBytes)));
        Assert.Equal(0, Assert.Single(_silo.Clients.Status()).UnansweredInputs);
    }

    [Fact]
    public void A_link_that_broke_is_told_as_down_with_what_waits_for_it_and_as_made_again()
    {
        RemoteHost remote = Reach("front");
        Run();
        _network.Deafen();
        _network.Cut();
        _ = remote.SendAsync(Ledger.Domain, Ledger.Entry("a", "e1"), null, CancellationToken.None);

        LinksStatus down = remote.Links();
        Assert.All(down.Links, static link => Assert.Equal(("silo-1", false, null), (link.Peer, link.IsConnected, link.SilentMs)));
        Assert.Equal(1, down.OwnerlessInputs);
        Assert.Equal((0, null), (_silo.Clients.Status()[0].ConnectionsCount, _silo.Clients.Status()[0].SilentMs));

        _network.Listen(_host, same: _silo);
        Run(3 * remote.Options.RetryMaxMs);
        LinksStatus up = remote.Links();
        Assert.All(up.Links, static link => Assert.Equal((true, 1), (link.IsConnected, link.ReconnectsCount)));
        Assert.Equal(0, up.OwnerlessInputs);
        Assert.Equal(4, Assert.Single(_silo.Clients.Status()).ConnectsCount);
    }

    [Fact]
    public void A_client_that_left_is_told_of_for_an_hour()
    {
        Reach("front").Dispose();
        RemoteHost remote = Reach("other");
        Run();
        remote.Dispose();
        Run();
        Assert.Equal(("other", 0), (_silo.Clients.Status()[0].Client, _silo.Clients.Status()[0].ConnectionsCount));

        _time.Advance((int)TimeSpan.FromMinutes(61).TotalMilliseconds);
        Assert.Empty(_silo.Clients.Status());
    }

    [Fact]
    public void A_silo_that_was_never_reached_is_told_by_its_address_and_refusals_are_counted_on_both_sides()
    {
        Reach("front");
        Run();
        RemoteHost second = Reach("front", null, "nobody:1");
        Run();

        Assert.Contains(second.Links().Links, static link => link is { Peer: ManualNetwork.Silo, IsConnected: false, RefusalsCount: > 0 });
        Assert.Contains(second.Links().Links, static link => link is { Peer: "nobody:1", IsConnected: false, RefusalsCount: 0 });
        Assert.True(_silo.Refusals.Count(LinkRefusal.NameTaken) > 0);
        Assert.Equal(0, _silo.Refusals.Count(LinkRefusal.Key));
    }

    [Fact]
    public void What_a_silo_is_told_of_itself_is_not_dialled_when_it_reaches_itself_by_another_way()
    {
        const string advertised = "silo-1.example.org:7000";
        _network.Listen(_host, advertised, _silo);
        RemoteHost remote = Reach("silo:silo-1", advertised);
        Run();
        _silo.Tell([advertised, "silo-2:1"]);
        Run();

        Assert.Equal(["silo-1", "silo-1", "silo-2:1", "silo-2:1"], remote.Links().Links.Select(static link => link.Peer));
        Assert.All(remote.Links().Links, static link => Assert.Equal(0, link.RefusalsCount));
    }

    private RemoteHost Reach(string name, string? own = null, params string[] others)
    {
        RemoteHost remote = new(new RemoteHostOptions { Name = name, Incarnation = 1, Silos = [ManualNetwork.Silo, .. others], OwnAddress = own, Key = ManualNetwork.Key }, _network, _time);
        _remotes.Add(remote);
        remote.Start();
        return remote;
    }

    private void Run(int milliseconds = 0)
    {
        RunNow();
        for (int passed = 0; passed < milliseconds; passed += 10)
        {
            _time.Advance(10);
            RunNow();
        }
    }

    private void RunNow()
    {
        do
        {
            _host.RunUntilIdle();
        }
        while (_network.Pump());
    }
}
