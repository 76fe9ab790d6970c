using Routing.Contracts.Commands;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Lanes;
using Routing.Mailbox.Tests.Fakes;

namespace Routing.Mailbox.Tests.Hosts;

/// <summary>A host over a store, driven by hand so that each run is the same.</summary>
public abstract class HostScene : IDisposable
{
    protected static readonly GatewayId Gateway = GatewayId.Of("gw");

    protected HostScene(Func<TimeProvider, StoreFixture> makeStore)
    {
        Fixture = makeStore(Time);
        Host = NewHost();
    }

    protected ManualTime Time { get; } = new();

    protected StoreFixture Fixture { get; }

    protected LedgerFactory Factory { get; } = new();

    protected LocalHost Host { get; set; }

    protected LaneOptions Lane { get; set; } = new();

    /// <summary>The host as its users see it: itself, or whatever stands before it.</summary>
    protected virtual IDomainHost Edge => Host;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        Host.Dispose();
        Fixture.Dispose();
    }

    /// <summary>Runs everything until nothing is left to do now.</summary>
    protected virtual void Run() => Host.RunUntilIdle();

    protected LocalHost NewHost()
    {
        LocalHost host = new(Fixture.Store, Factory, Time, new LocalHostOptions { IsManual = true, Lane = Lane });
        _ = host.EnsureDomain(Ledger.Domain);
        return host;
    }

    protected void UseLane(LaneOptions options)
    {
        Lane = options;
        Restart();
    }

    protected virtual void Restart()
    {
        Host.Dispose();
        Fixture.Reopen();
        Host = NewHost();
    }

    protected CommandReply Send(string account, string entry, string script = "")
    {
        Task<CommandReply> reply = Edge.SendAsync(Ledger.Domain, Ledger.Entry(account, entry, script), null, CancellationToken.None);
        Run();
        return reply.Now();
    }

    protected List<string> Entries(string account) => Text(LedgerMachine.Account, account)?.Split('\n').ToList() ?? [];

    protected IReadOnlyList<TurnEvents> Events(long after) => Host.ReadEventsAsync(Ledger.Domain, after, 10_000, CancellationToken.None).Now();

    protected string? Text(byte kind, string id)
    {
        using IStoreReader reader = Fixture.Store.OpenReader();
        return reader.ReadRow(Fixture.Store.ReadPlacements()[0].Number, new(kind, id)) is { } row
            ? System.Text.Encoding.UTF8.GetString(row.Bytes.Span)
            : null;
    }

    protected void Idle(int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            Time.Advance(1_000);
            Run();
        }
    }
}
