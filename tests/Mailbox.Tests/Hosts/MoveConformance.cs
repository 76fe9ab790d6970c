using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Delivery;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Lanes;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Hosts;

/// <summary>Two hosts of a cluster over one store, between which a partition moves. Driven by hand.</summary>
public abstract class MoveConformance : IDisposable
{
    private const int Partition = 3;
    private const int Other = 4;

    private static readonly GatewayId _gateway = GatewayId.Of("gw");
    private static readonly SenderId _sender = SenderId.Of("gw");
    private static readonly DomainId _second = DomainId.Of("second");

    private readonly ManualTime _time = new();
    private readonly StoreFixture _fixture;
    private readonly LocalHost _a;
    private readonly LocalHost _b;

    protected MoveConformance(Func<TimeProvider, StoreFixture> makeStore)
    {
        _fixture = makeStore(_time);
        _fixture.Store.PlaceDomain(Ledger.Domain, Partition, 0);
        _fixture.Store.PlaceDomain(_second, Other, 0);
        LocalHostOptions options = new() { IsManual = true, IsShared = true, LanesCount = 2 };
        _a = new LocalHost(_fixture.Store, new LedgerFactory(), _time, options);
        _b = new LocalHost(_fixture.Store, new LedgerFactory(), _time, options);
        Run();
    }

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
        _fixture.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void A_host_of_a_cluster_has_nothing_until_it_takes_a_partition_and_says_what_it_has()
    {
        Assert.Empty(_a.Served);
        Assert.True(_a.Status().Ready);
        Assert.True(Send(_a, 1, "early").IsElsewhere);
        List<string> told = [];
        _a.DomainsChanged += () => told.Add(string.Join(' ', _a.Served.Select(served => $"{served.Domain}@{served.Epoch}")));

        Take(_a, Partition, Other);
        long epoch = _a.Partitions[0].Epoch;
        Assert.Equal([Partition, Other], _a.Partitions.Select(owned => owned.Partition));
        Assert.Equal($"books@{epoch} second@{_a.Partitions[1].Epoch}", told[^1]);

        GiveUp(_a, Partition);
        Assert.Equal([_second], _a.Domains);
        Assert.Equal($"second@{_a.Partitions[0].Epoch}", told[^1]);
        Take(_b, Partition);
        Assert.True(Assert.Single(_b.Served).Epoch > epoch);
    }

    [Fact]
    public void What_another_host_has_is_not_taken()
    {
        Take(_a, Partition);
        Take(_b, Partition, Other);
        Assert.Equal([_second], _b.Domains);
        Assert.Equal([Ledger.Domain], _a.Domains);
        Assert.Equal(ReplyCode.Ok, Send(_a, 1, "still here").Reply.Code);
    }

    [Fact]
    public void An_input_that_was_answered_is_not_done_again_by_the_next_owner_and_one_that_was_not_taken_is()
    {
        Take(_a, Partition);
        Assert.Equal(ReplyCode.Ok, Send(_a, 1, "one").Reply.Code);
        Sent waiting = Post(_a, 2, "two");
        _ = _a.GiveUpAsync([Partition]);
        Run();
        Assert.True(waiting.IsElsewhere);
        Assert.Equal(ReplyCode.Unavailable, waiting.Reply.Code);
        Assert.False(waiting.Reply.MayHaveHappened);
        Assert.True(Send(_a, 2, "two").IsElsewhere);

        Take(_b, Partition);
        Assert.Equal(ReplyCode.Ok, Send(_b, 1, "one").Reply.Code);
        Assert.Equal(ReplyCode.Ok, Send(_b, 2, "two").Reply.Code);
        Assert.Equal(["one", "two"], Entries("a"));
    }

    [Fact]
    public void Effects_that_were_not_acknowledged_come_again_from_the_next_owner_under_a_higher_epoch()
    {
        RecordingSink first = new();
        RecordingSink second = new();
        using IGatewaySession toA = _a.OpenGateway(_gateway, 1, first);
        using IGatewaySession toB = _b.OpenGateway(_gateway, 1, second);
        Take(_a, Partition);
        Send(_a, 1, "one", "effect gw 3");
        Assert.Equal([1, 2, 3], first.Effects.Select(effect => effect.Sequence));
        toA.Acknowledge(Ledger.Domain, 2);
        GiveUp(_a, Partition);
        Take(_b, Partition);
        Assert.Equal([3], second.Effects.Select(effect => effect.Sequence));
        Assert.True(second.Effects[0].Epoch > first.Effects[0].Epoch);
    }

    [Fact]
    public void A_domain_that_moves_is_told_the_real_gap_and_hears_its_gateways_before_a_timer_fires()
    {
        Take(_a, Partition);
        Send(_a, 1, "one", "timer ring 20");
        GiveUp(_a, Partition);
        _time.Advance(50);
        Take(_b, Partition);
        Assert.Equal("50", Entries("resumes")[^1]);
        Assert.Equal(ReplyCode.Ok, Send(_b, 2, "heard").Reply.Code);
        Assert.Empty(Entries("timers"));
        _time.Advance(new LaneOptions().TimersHeldMs);
        Run();
        Assert.Equal(["ring"], Entries("timers"));
    }

    [Fact]
    public async Task A_subscriber_and_a_question_that_waits_end_with_the_domain_and_find_it_elsewhere()
    {
        Take(_a, Partition);
        RecordingSink seen = new();
        using IDisposable subscription = _a.SubscribeEvents(Ledger.Domain, 0, seen);
        Send(_a, 1, "one");
        _ = _a.GiveUpAsync([Partition]);
        Task asking = _a.SnapshotAsync(Ledger.Domain, CancellationToken.None);
        Run();
        await Assert.ThrowsAsync<KeyNotFoundException>(() => asking);
        Assert.Throws<KeyNotFoundException>(() => _a.SubscribeEvents(Ledger.Domain, 1, seen));

        Take(_b, Partition);
        using IDisposable next = _b.SubscribeEvents(Ledger.Domain, seen.Sequences[^1], seen);
        Send(_b, 2, "two");
        Take(_a, Partition);
        Assert.Equal(Enumerable.Range(1, seen.Sequences.Count).Select(sequence => (long)sequence), seen.Sequences);
    }

    [Fact]
    public void A_host_without_domains_sleeps()
    {
        for (int i = 0; i < 30; i++)
        {
            _time.Advance(1_000);
            Assert.True(_a.RunUntilIdle() > 0, $"It is awake after {i + 1} s.");
        }
    }

    [Fact]
    public void A_new_domain_in_a_partition_that_is_here_is_served_once_the_host_is_told()
    {
        Take(_a, Partition);
        DomainPlacement placed = _fixture.Store.PlaceDomain(DomainId.Of("third"), Partition, 0);
        _a.AddPlaced(placed);
        _b.AddPlaced(placed);
        Run();
        Assert.Equal(["books", "third"], _a.Domains.Select(domain => domain.Value));
        Assert.Empty(_b.Domains);
    }

    private Sent Post(LocalHost host, long sequence, string entry, string script = "")
    {
        Sent sent = new(sequence, Ledger.Entry("a", entry, script));
        host.Post(sent.Input);
        return sent;
    }

    private Sent Send(LocalHost host, long sequence, string entry, string script = "")
    {
        Sent sent = Post(host, sequence, entry, script);
        Run();
        return sent;
    }

    private void Take(LocalHost host, params int[] partitions)
    {
        Task taking = host.TakeAsync(partitions);
        Run();
        Assert.True(taking.IsCompletedSuccessfully);
    }

    private void GiveUp(LocalHost host, params int[] partitions)
    {
        Task giving = host.GiveUpAsync(partitions);
        Run();
        Assert.True(giving.IsCompletedSuccessfully);
    }

    private void Run()
    {
        _a.RunUntilIdle();
        _b.RunUntilIdle();
    }

    private List<string> Entries(string account)
    {
        using IStoreReader reader = _fixture.Store.OpenReader();
        return reader.ReadRow(1, new(LedgerMachine.Account, account)) is { } row ? [.. System.Text.Encoding.UTF8.GetString(row.Bytes.Span).Split('\n')] : [];
    }

    /// <summary>An input as a link hands it on: numbered by its sender.</summary>
    private sealed class Sent
    {
        private CommandReply? _reply;

        public Sent(long sequence, Command command) =>
            Input = new LaneInput(Ledger.Domain, _sender, 1, command, reply => _reply = reply) { Sequence = sequence };

        public LaneInput Input { get; }

        public bool IsElsewhere => Input.IsElsewhere;

        public CommandReply Reply => _reply ?? throw new InvalidOperationException("There is no answer yet.");
    }
}
