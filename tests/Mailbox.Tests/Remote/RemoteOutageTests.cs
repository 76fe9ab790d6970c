using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Lanes;
using Routing.Mailbox.Remote;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>The store of a silo is away while the link to it is well: a gateway knows what would become of a new input without sending one.</summary>
public sealed class RemoteOutageTests : IDisposable
{
    private static readonly LaneOptions Lane = new();

    private readonly ManualTime _time = new();
    private readonly ManualNetwork _network;
    private readonly MemoryStore _store;
    private readonly LocalHost _host;
    private readonly RemoteHost _remote;

    public RemoteOutageTests()
    {
        _network = new ManualNetwork(_time);
        _store = new MemoryStore(_time);
        _host = new LocalHost(_store, new LedgerFactory(), _time, new LocalHostOptions { IsManual = true, LanesCount = 2 });
        _ = _host.EnsureDomain(Ledger.Domain);
        _ = _host.EnsureDomain(Ledger.Other);
        _network.Listen(_host);
        RemoteHostOptions options = new() { Name = "front", Incarnation = 1, Silos = [ManualNetwork.Silo], Key = ManualNetwork.Key };
        _remote = new RemoteHost(options, _network, _time);
        _remote.Start();
        Pass(0);
    }

    public void Dispose()
    {
        _remote.Dispose();
        _host.Dispose();
        _store.Dispose();
    }

    [Fact]
    public void A_store_that_is_away_is_told_once_new_inputs_are_refused_at_once_and_again_when_they_are_taken()
    {
        AssertReady(_host, true);
        AssertReady(_remote, true);
        _store.Arm(FaultPoint.CommitFailed, int.MaxValue);
        _store.Arm(FaultPoint.AcquireFailed, int.MaxValue);
        var early = Send(Ledger.Domain);
        _ = Send(Ledger.Other);
        Pass(Lane.AnswerLimitMs - 500);
        // Whoever asks now is kept until it is over.
        Assert.False(early.IsCompleted);
        Assert.True(_remote.Status().SomeReady);

        Pass(500 + (2 * Lane.RetryMaxMs));
        Assert.Equal(ReplyCode.Unavailable, early.Now().Code);
        AssertReady(_host, false);
        AssertReady(_remote, false);
        Assert.Contains("its store does not answer", _remote.Status().NotReadyReason, StringComparison.Ordinal);

        _store.Disarm();
        Pass(2 * Lane.RetryMaxMs);
        AssertReady(_host, true);
        AssertReady(_remote, true);
        var late = Send(Ledger.Domain);
        Pass(0);
        Assert.True(late.Now().IsOk);
    }

    [Fact]
    public void A_gateway_is_ready_while_one_of_its_domains_takes_inputs()
    {
        // Each has a lane of its own: only one of them loses its session and gets no other.
        _store.Arm(FaultPoint.CommitFailed);
        _store.Arm(FaultPoint.AcquireFailed, int.MaxValue);
        _ = Send(Ledger.Domain);
        Pass(Lane.AnswerLimitMs + (2 * Lane.RetryMaxMs));

        var status = _remote.Status();
        Assert.Equal((false, true, false), (status.Ready, status.SomeReady, status.IsRefusing));
        var other = Send(Ledger.Other);
        Pass(0);
        Assert.True(other.Now().IsOk);
    }

    private static void AssertReady(IDomainHost host, bool isReady)
    {
        var status = host.Status();
        Assert.Equal((isReady, isReady, !isReady), (status.Ready, status.SomeReady, status.IsRefusing));
    }

    private Task<CommandReply> Send(DomainId domain) => _remote.SendAsync(domain, Ledger.Entry("a", "e1"), null, CancellationToken.None);

    private void Pass(int milliseconds)
    {
        const int stepMs = 50;
        for (int passedMs = 0; ; passedMs += stepMs)
        {
            do
            {
                _host.RunUntilIdle();
            }
            while (_network.Pump());
            if (passedMs >= milliseconds)
            {
                return;
            }

            _time.Advance(stepMs);
        }
    }
}
