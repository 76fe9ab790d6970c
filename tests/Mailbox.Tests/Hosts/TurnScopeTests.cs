using Routing.Contracts.Ids;
using Routing.Mailbox.Delivery;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Hosts;

/// <summary>The sessions of many domains go over few links: what a turn costs grows with the links, not with the sessions.</summary>
public sealed class TurnScopeTests : IDisposable
{
    private readonly MemoryStore _store;
    private readonly LocalHost _host;
    private readonly List<string> _told = [];

    public TurnScopeTests()
    {
        ManualTime time = new();
        _store = new MemoryStore(time);
        _host = new LocalHost(_store, new LedgerFactory(), time, new LocalHostOptions { IsManual = true });
        _ = _host.EnsureDomain(Ledger.Domain);
        _host.RunUntilIdle();
    }

    public void Dispose()
    {
        _host.Dispose();
        _store.Dispose();
    }

    [Fact]
    public void Of_the_sessions_over_one_link_one_is_told_where_a_turn_begins_and_ends()
    {
        object link = new();
        using IGatewaySession first = Open("gw-1", link);
        using IGatewaySession second = Open("gw-2", link);
        using IGatewaySession other = Open("gw-3", new object());
        using IGatewaySession none = Open("gw-4", null);
        Turn("effect gw-2 1;effect gw-4 1");
        Assert.Equal(["begin", "begin", "gw-2 effect 1", "gw-4 effect 1", "end", "end"], _told);
    }

    [Fact]
    public void When_the_session_that_was_told_is_closed_another_one_of_its_link_is()
    {
        object link = new();
        using IGatewaySession second = Open("gw-2", link);
        using (Open("gw-1", link))
        {
            second.Dispose();
            _host.RunUntilIdle();
            Turn("effect gw-1 1");
            Assert.Equal(["begin", "gw-1 effect 1", "end"], _told);
        }

        _host.RunUntilIdle();
        _told.Clear();
        Turn("");
        Assert.Empty(_told);
    }

    private IGatewaySession Open(string name, object? scope)
    {
        IGatewaySession session = _host.OpenGateway(GatewayId.Of(name), 1, new ScopedSink(name, scope, _told));
        _host.RunUntilIdle();
        return session;
    }

    private void Turn(string script)
    {
        _host.Post(new LaneInput(Ledger.Domain, SenderId.Of("test"), 0, Ledger.Entry("a", "e", script), static _ => { }));
        _host.RunUntilIdle();
    }
}
