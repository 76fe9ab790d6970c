using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Delivery;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Lanes;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Hosts;

/// <summary>The store fails at each of its named points: every command still happens exactly once, and what it made comes out.</summary>
public sealed class FaultTests : IDisposable
{
    private static readonly GatewayId Gateway = GatewayId.Of("gw");

    private readonly ManualTime _time = new();
    private readonly MemoryStore _store;
    private readonly LocalHost _host;
    private readonly RecordingSink _sink = new();
    private readonly IGatewaySession _session;

    public FaultTests()
    {
        _store = new MemoryStore(_time);
        _host = new LocalHost(_store, new LedgerFactory(), _time, new LocalHostOptions { IsManual = true });
        _ = _host.EnsureDomain(Ledger.Domain);
        _session = _host.OpenGateway(Gateway, 1, _sink);
        _host.SubscribeEvents(Ledger.Domain, 0, _sink);
        _host.RunUntilIdle();
    }

    public void Dispose()
    {
        _host.Dispose();
        _store.Dispose();
    }

    [Theory]
    [InlineData(FaultPoint.CommitReportedFailedButHappened)]
    [InlineData(FaultPoint.CommitReportedUnknownAndDidNotHappen)]
    [InlineData(FaultPoint.CommitFailed)]
    [InlineData(FaultPoint.OwnershipLost)]
    [InlineData(FaultPoint.AcknowledgementLost)]
    public void A_failed_commit_loses_and_doubles_nothing(FaultPoint point)
    {
        List<string?> replies = [];
        Send("e1", replies);
        _host.RunUntilIdle();
        _store.Arm(point);
        Send("e2", replies);
        Send("e3", replies);
        Recover();
        Send("e4", replies);
        _host.RunUntilIdle();
        Assert.Equal(["a 1", "a 2", "a 3", "a 4"], replies);
        Assert.Equal("e1\ne2\ne3\ne4", Text("a"));
        Assert.Equal(["e1.0", "e2.0", "e3.0", "e4.0"], Distinct());
        Assert.Equal(_sink.Sequences.Distinct(), _sink.Sequences);
        Assert.Equal([.. _sink.Sequences.Order()], _sink.Sequences);
        Assert.Null(_host.Status().NotReadyReason);
    }

    /// <summary>freeswitch#1641, #889: the dispatcher ended with a failed connection to its database, and calls waited until the module was loaded again. Peers' bug 19.</summary>
    [Theory]
    [InlineData(FaultPoint.ReadFailed)]
    [InlineData(FaultPoint.AcquireFailed)]
    public void Failures_while_recovering_are_tried_again(FaultPoint point)
    {
        List<string?> replies = [];
        _store.Arm(FaultPoint.CommitReportedFailedButHappened);
        _store.Arm(point, times: 3);
        Send("e1", replies);
        Recover();
        Assert.Equal(["a 1"], replies);
        Assert.Equal("e1", Text("a"));
        Assert.Equal(["e1.0"], Distinct());
    }

    [Fact]
    public void A_cold_read_that_fails_loses_no_input()
    {
        List<string?> replies = [];
        Send("e1", replies);
        _session.Send(Ledger.Domain, Ledger.Entry("a", "e2", "cold c"), reply => replies.Add(reply.Detail));
        Send("e3", replies);
        _store.Arm(FaultPoint.ReadFailed);
        Recover();
        Assert.Equal(["a 1", "a 2", "a 3"], replies);
        Assert.Equal("e1\ne2\ne3", Text("a"));
    }

    [Fact]
    public void Nothing_leaves_before_the_commit()
    {
        List<string?> replies = [];
        List<(int Replies, int Effects, int Turns)> seen = [];
        _store.BeforeCommit = _ => seen.Add((replies.Count, _sink.Effects.Count, _sink.Turns.Count));
        Send("e1", replies);
        _host.RunUntilIdle();
        Assert.Equal([(0, 0, 0)], seen);
        Assert.Equal((1, 1, 1), (replies.Count, _sink.Effects.Count, _sink.Turns.Count));
    }

    [Fact]
    public void While_the_store_is_down_inputs_wait_two_seconds_at_most_then_new_ones_are_refused_at_once_and_it_recovers_by_itself()
    {
        List<CommandReply> replies = [];
        _store.Arm(FaultPoint.CommitFailed);
        _store.Arm(FaultPoint.AcquireFailed, times: int.MaxValue);
        _session.Send(Ledger.Domain, Ledger.Entry("a", "e1"), replies.Add);
        Recover(1_900);
        Assert.Empty(replies);
        Recover(300);
        Assert.Equal(ReplyCode.Unavailable, Assert.Single(replies).Code);
        Assert.False(_host.Status().Ready);
        Assert.Contains("store", _host.Status().NotReadyReason, StringComparison.OrdinalIgnoreCase);
        Recover(1_000);
        _session.Send(Ledger.Domain, Ledger.Entry("a", "e2"), replies.Add);
        Assert.Equal(2, replies.Count);
        _store.Disarm();
        Recover();
        Assert.True(_host.Status().Ready);
        _session.Send(Ledger.Domain, Ledger.Entry("a", "e3"), replies.Add);
        _host.RunUntilIdle();
        Assert.Equal(ReplyCode.Ok, replies[^1].Code);
        Assert.Equal("e3", Text("a"));
    }

    [Fact]
    public void Inputs_that_were_given_up_while_the_store_was_down_do_not_hold_up_those_behind_them()
    {
        List<CommandReply> replies = [];
        _store.Arm(FaultPoint.CommitFailed);
        _store.Arm(FaultPoint.AcquireFailed, times: int.MaxValue);
        for (int i = 0; i < 500; i++)
        {
            _session.Send(Ledger.Domain, Ledger.Entry("a", $"e{i}"), replies.Add);
        }

        Recover(1_900);
        CommandReply? behind = null;
        _session.Send(Ledger.Domain, Ledger.Entry("a", "behind"), reply => behind = reply);
        Recover(300);
        Assert.Equal((500, null), (replies.Count, behind));
        _store.Disarm();
        _time.Advance(new LaneOptions().RetryMaxMs);
        _host.RunUntilIdle();
        Assert.Equal(ReplyCode.Ok, behind?.Code);
        Assert.Equal("behind", Text("a"));
    }

    [Fact]
    public void A_domain_that_cannot_be_loaded_does_not_keep_others_refused_when_the_store_is_back()
    {
        DomainId broken = DomainId.Of("broken");
        using MemoryStore store = new(_time);
        using LocalHost host = new(store, new LedgerFactory { Broken = broken }, _time, new LocalHostOptions { IsManual = true });
        _ = host.EnsureDomain(Ledger.Domain);
        _ = host.EnsureDomain(broken);
        using IGatewaySession session = host.OpenGateway(Gateway, 1, new RecordingSink());
        List<CommandReply> replies = [];
        for (int i = 0; i < 3; i++)
        {
            store.Arm(FaultPoint.CommitFailed);
            session.Send(Ledger.Domain, Ledger.Entry("a", $"e{i}"), replies.Add);
            for (int passed = 0; passed < 10_000; passed += 100)
            {
                host.RunUntilIdle();
                _time.Advance(100);
            }
        }

        Assert.Equal([ReplyCode.Ok, ReplyCode.Ok, ReplyCode.Ok], replies.Select(reply => reply.Code));
        Assert.Contains("broken", host.Status().NotReadyReason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sender_that_numbers_itself_gets_the_stored_outcome_for_a_repeat_and_may_leave_no_gap()
    {
        Lane lane = NewLane();
        List<string> replies = [];
        Post(lane, 1, 1, "e1", replies);
        Post(lane, 1, 2, "e2", replies, "throw");
        Post(lane, 1, 2, "e2", replies, "throw");
        Post(lane, 1, 1, "e1", replies);
        Post(lane, 1, 4, "e4", replies);
        Drive(lane);
        Post(lane, 1, 2, "e2", replies, "throw");
        Post(lane, 1, 1, "e1", replies);
        Post(lane, 2, 1, "f1", replies);
        Post(lane, 1, 3, "e3", replies);
        Drive(lane);
        lane.Dispose();
        Lane again = NewLane();
        Post(again, 2, 1, "f1", replies);
        Drive(again);
        again.Dispose();
        Assert.Equal(2, replies.Count(reply => reply == "Ok a 2"));
        Assert.Equal(3, replies.Count(reply => reply == "Ok a 1"));
        Assert.Equal(3, replies.Count(reply => reply.StartsWith("Failed", StringComparison.Ordinal)));
        Assert.Equal(2, replies.Count(reply => reply.StartsWith("Unavailable", StringComparison.Ordinal)));
        Assert.Equal("e1\nf1", Text("a"));
    }

    [Fact]
    public void A_process_that_was_frozen_tells_its_domains_of_an_outage_before_their_timers_fire()
    {
        Lane lane = NewLane();
        List<string> replies = [];
        Post(lane, 1, 1, "e1", replies, "timer t 1000");
        Drive(lane);
        _time.Advance(300_000);
        lane.Stalled(299_000);
        Drive(lane);
        Assert.Equal(("299000", null), (Text("resumes"), Text("timers")));
        _time.Advance(new LaneOptions().TimersHeldMs);
        Drive(lane);
        Assert.Equal("t", Text("timers"));
        lane.Dispose();
    }

    [Fact]
    public void While_every_commit_takes_over_a_second_only_the_first_counts_as_an_outage()
    {
        Lane lane = NewLane();
        Drive(lane);
        Post(lane, "e1");
        Drive(lane);
        _store.BeforeCommit = _ => _time.Advance(1_200);
        for (int i = 0; i < 30; i++)
        {
            Post(lane, $"slow{i}");
            lane.RunBatch();
        }

        Assert.Equal("1200", Text("resumes"));
        // A real outage in the middle of it still counts, but for what is slow anyway.
        lane.Stalled(65_000);
        lane.RunBatch();
        Assert.Equal("1200\n60000", Text("resumes"));
        _store.BeforeCommit = null;
        _time.Advance(new LaneOptions().StallRepeatMs + 1_500);
        lane.Stalled(1_500);
        Drive(lane);
        Assert.Equal("1200\n60000\n1500", Text("resumes"));
        lane.Dispose();
    }

    [Fact]
    public void Down_time_counts_from_the_last_sign_of_life_not_from_the_last_heartbeat()
    {
        Lane lane = NewLane();
        Drive(lane);
        Post(lane, "e1");
        Drive(lane);
        _time.Advance(4_000);
        Drive(lane);
        // Killed: nothing is said or stored any more.
        _store.Crash();
        _store.Reopen();
        _time.Advance(1_500);
        Lane next = NewLane();
        Drive(next);
        Assert.Equal("1500", Text("resumes"));
        next.Dispose();
    }

    [Fact]
    public async Task Requests_that_were_given_up_while_their_domain_cannot_be_loaded_are_forgotten()
    {
        using MemoryStore store = new(_time);
        DomainPlacement placement = store.PlaceDomain(Ledger.Domain, 0, 0);
        using Lane lane = new(0, [0], store, new LedgerFactory { Broken = Ledger.Domain }, _time);
        lane.AddDomain(placement);
        bool isOver = false;
        for (int i = 0; i < 100; i++)
        {
            Assert.True(lane.Query(Ledger.Domain, (_, _, _) => Assert.Fail("The domain is not there."), () => isOver));
        }

        lane.RunBatch();
        Assert.Equal(101, lane.Waiting);
        isOver = true;
        lane.RunBatch();
        Assert.Equal(1, lane.Waiting);

        using LocalHost host = new(store, new LedgerFactory { Broken = Ledger.Domain }, _time, new LocalHostOptions { IsManual = true });
        using CancellationTokenSource patience = new();
        Task snapshot = host.SnapshotAsync(Ledger.Domain, patience.Token);
        host.RunUntilIdle();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => snapshot);
    }

    [Fact]
    public void An_outbox_that_was_never_stored_holds_no_turn_of_the_log_back()
    {
        LaneOptions options = new() { LogKept = TimeSpan.Zero, PruneEveryMs = 1_000 };
        using MemoryStore store = new(_time);
        DomainPlacement placement = store.PlaceDomain(Ledger.Domain, 0, 0);
        using Lane lane = new(0, [0], store, new LedgerFactory(), _time, options);
        // An acknowledgement from a gateway for which there is nothing.
        lane.AddDomain(placement);
        lane.RunBatch();
        store.Crash();
        store.Reopen();
        Post(lane, "e0");
        lane.RunBatch();
        // The store failed: the domain is not loaded when the acknowledgement comes.
        lane.Acknowledge(Ledger.Domain, GatewayId.Of("stranger"), 5);
        for (int i = 1; i < 10; i++)
        {
            Post(lane, $"e{i}");
            Drive(lane);
            _time.Advance(2_000);
        }

        Drive(lane);
        using IStoreReader reader = store.OpenReader();
        List<StoredTurn> turns = [];
        reader.ReadTurns(placement.Number, 0, 100, turns);
        Assert.True(turns.Count < 3, $"{turns.Count} turns are left");
    }

    private static void Post(Lane lane, string entry) =>
        lane.Post(new LaneInput(Ledger.Domain, SenderId.Of("test"), 0, Ledger.Entry("a", entry), static _ => { }));

    private Lane NewLane()
    {
        Lane lane = new(0, Enumerable.Range(0, 16).ToArray(), _store, new LedgerFactory(), _time);
        lane.AddDomain(_store.ReadPlacements()[0]);
        return lane;
    }

    private static void Drive(Lane lane)
    {
        while (lane.RunBatch().DidWork)
        {
            // Until nothing is left.
        }
    }

    private static void Post(Lane lane, long incarnation, long sequence, string entry, List<string> replies, string script = "") =>
        lane.Post(new LaneInput(
            Ledger.Domain,
            SenderId.Of("remote"),
            incarnation,
            Ledger.Entry("a", entry, script),
            reply => replies.Add($"{reply.Code} {reply.Detail}")) { Sequence = sequence });

    private void Send(string entry, List<string?> replies) =>
        _session.Send(Ledger.Domain, Ledger.Entry("a", entry, "effect gw 1"), reply => replies.Add(reply.Detail));

    /// <summary>Lets time pass in small steps, so that retries come due.</summary>
    private void Recover(int milliseconds = 2_000)
    {
        for (int passed = 0; passed <= milliseconds; passed += 10)
        {
            _host.RunUntilIdle();
            _time.Advance(10);
        }
    }

    /// <summary>Effects in order without those that came again; one that came again must be older than the newest.</summary>
    private List<string> Distinct()
    {
        long highest = 0;
        foreach (EffectEnvelope envelope in _sink.Effects)
        {
            Assert.True(envelope.Sequence <= highest + 1, "An effect was left out.");
            highest = Math.Max(highest, envelope.Sequence);
        }

        return [.. _sink.Calls.Distinct()];
    }

    private string? Text(string account)
    {
        using IStoreReader reader = _store.OpenReader();
        return reader.ReadRow(1, new(LedgerMachine.Account, account)) is { } row ? System.Text.Encoding.UTF8.GetString(row.Bytes.Span) : null;
    }
}
