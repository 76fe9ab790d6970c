using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Hosts;

/// <summary>What every host over every store must do, driven by hand so that each run is the same.</summary>
public abstract class HostConformance : IDisposable
{
    private readonly GatewayId _gateway = GatewayId.Of("gw");

    protected HostConformance(Func<TimeProvider, StoreFixture> makeStore)
    {
        Fixture = makeStore(Time);
        Host = NewHost();
    }

    protected ManualTime Time { get; } = new();

    protected StoreFixture Fixture { get; }

    protected LedgerFactory Factory { get; } = new();

    protected LocalHost Host { get; private set; }

    public void Dispose()
    {
        Host.Dispose();
        Fixture.Dispose();
    }

    [Fact]
    public void A_command_is_answered_after_its_turn_and_its_effects_follow_the_reply()
    {
        RecordingSink sink = new();
        List<string> order = [];
        using IGatewaySession session = Host.OpenGateway(_gateway, 1, sink);
        session.Send(Ledger.Domain, Ledger.Entry("a", "e1", "effect gw 2"), reply => order.Add($"{reply.Detail} with {sink.Effects.Count} effects"));
        Host.RunUntilIdle();
        Assert.Equal(["a 1 with 0 effects"], order);
        Assert.Equal(["e1.0", "e1.1"], sink.Calls);
        Assert.Equal([1L, 2L], sink.Effects.Select(effect => effect.Sequence));
    }

    protected LocalHost NewHost()
    {
        LocalHost host = new(Fixture.Store, Factory, Time, new LocalHostOptions { IsManual = true });
        _ = host.EnsureDomain(Ledger.Domain);
        return host;
    }

    protected void Restart()
    {
        Host.Dispose();
        Fixture.Reopen();
        Host = NewHost();
    }
}
