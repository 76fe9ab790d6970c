using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Lanes;
using Routing.Mailbox.Tests.Fakes;
using Routing.TestKit.Time;
using Xunit;

namespace Routing.Mailbox.Tests.Hosts;

/// <summary>The same host with its own threads and the real clock: what only shows there.</summary>
public sealed class ThreadedHostTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Who_hears_of_a_new_domain_may_wait_for_another_thread_that_opens_a_session()
    {
        using MemoryStore store = new(TimeProvider.System);
        using LocalHost host = new(store, new LedgerFactory(), TimeProvider.System);
        List<bool> opened = [];
        long incarnation = 0;
        host.Start();

        // As two threads do that hear of it at once and follow the domains under a lock of their own.
        host.DomainsChanged += () =>
        {
            Task<IGatewaySession> session = Task.Run(() => host.OpenGateway(GatewayId.Of("gw"), Interlocked.Increment(ref incarnation), new RecordingSink()));
            lock (opened)
            {
                opened.Add(session.Wait(Patience));
            }
        };
        await host.EnsureDomain(Ledger.Domain);

        Assert.NotEmpty(opened);
        Assert.All(opened, Assert.True);
    }

    [Fact]
    public async Task Nothing_that_may_wait_for_the_store_runs_on_the_thread_pool()
    {
        using MemoryStore memory = new(TimeProvider.System);
        using WatchedReads store = new(memory);
        using LocalHost host = new(store, new LedgerFactory(), TimeProvider.System);
        AwaitableSink past = new(0, 1);
        host.Start();
        await host.EnsureDomain(Ledger.Domain);
        Assert.True((await host.SendAsync(Ledger.Domain, Ledger.Entry("a", "e1", "one"), null, CancellationToken.None)).IsOk);
        int before = store.Pooled.Count;
        using IDisposable subscription = host.SubscribeEvents(Ledger.Domain, 0, past);
        await past.Complete.WaitAsync(Patience);
        Assert.NotEmpty(await host.ReadEventsAsync(Ledger.Domain, 0, 10, CancellationToken.None));

        bool[] pooled = [.. store.Pooled.Skip(before)];
        Assert.True(pooled.Length >= 2, "The subscription and the question read the log.");
        Assert.All(pooled, Assert.False);
    }

    [Fact]
    public async Task A_held_commit_lets_out_no_reply_no_effect_and_no_event_and_stopping_waits_for_it()
    {
        using MemoryStore store = new(TimeProvider.System);
        using ManualResetEventSlim reached = new();
        using ManualResetEventSlim go = new();
        RecordingSink sink = new();
        using LocalHost host = new(store, new LedgerFactory(), TimeProvider.System);
        host.Start();
        await host.EnsureDomain(Ledger.Domain);
        using IGatewaySession session = host.OpenGateway(GatewayId.Of("gw"), 1, sink);
        using IDisposable subscription = host.SubscribeEvents(Ledger.Domain, 0, sink);
        store.BeforeCommit = commit =>
        {
            if (commit.Domains.Exists(domain => domain.Turns.Count > 0))
            {
                reached.Set();
                go.Wait(Patience);
            }
        };
        TaskCompletionSource<CommandReply> reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
        session.Send(Ledger.Domain, Ledger.Entry("a", "e1", "effect gw 1"), reply.SetResult);
        Assert.True(reached.Wait(Patience));
        Assert.False(reply.Task.IsCompleted);
        Assert.Empty(sink.Effects);
        Assert.Empty(sink.Turns);
        go.Set();
        Assert.True((await reply.Task.WaitAsync(Patience)).IsOk);
    }

    [Fact]
    public async Task An_input_that_the_lane_itself_fails_at_is_put_aside_and_the_others_are_done()
    {
        using MemoryStore store = new(TimeProvider.System);
        using LocalHost host = new(store, new LedgerFactory(), TimeProvider.System);
        host.Start();
        await host.EnsureDomain(Ledger.Domain);
        Task<CommandReply> Send(Command command, string? key = null) => host.SendAsync(Ledger.Domain, command, key, CancellationToken.None).WaitAsync(Patience);
        Assert.Equal("a 1", (await Send(Ledger.Entry("a", "e1"), "key")).Detail);

        // No command of ours, so it cannot be compared with the one that had the key: outside of any turn.
        Task<CommandReply> odd = Send(new OddCommand(), "key");
        Task<CommandReply> next = Send(Ledger.Entry("a", "e2"));
        CommandReply failed = await odd;
        Assert.Equal(ReplyCode.Failed, failed.Code);
        Assert.Contains("dead letter 1", failed.Detail, StringComparison.Ordinal);
        Assert.Equal("a 2", (await next).Detail);
        DeadLetter letter = Assert.Single(await host.ReadDeadLettersAsync(Ledger.Domain, 10, CancellationToken.None));
        Assert.Contains(nameof(OddCommand), letter.Error, StringComparison.Ordinal);
        Assert.Equal("a 1", (await Send(Ledger.Entry("a", "e1"), "key")).Detail);
    }

    [Fact]
    public async Task A_commit_that_hangs_refuses_what_waits_and_takes_inputs_again_when_it_returns()
    {
        // The threads are real. The clock is not: nothing else is slow enough to pass for a store that hangs.
        ManualTimeProvider time = new();
        using MemoryStore store = new(time);
        using ManualResetEventSlim reached = new();
        using ManualResetEventSlim go = new();
        LocalHostOptions options = new() { StallCheckMs = 20, Lane = new LaneOptions { AnswerLimitMs = 100, StallMs = 50 } };
        StallLog log = new();
        using LocalHost host = new(store, new LedgerFactory(), time, options, log);
        host.Start();
        await host.EnsureDomain(Ledger.Domain);
        store.BeforeCommit = _ =>
        {
            reached.Set();
            go.Wait(Patience);
        };
        Task<CommandReply> waiting = host.SendAsync(Ledger.Domain, Ledger.Entry("a", "e1"), null, CancellationToken.None);
        Assert.True(reached.Wait(Patience));
        time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        CommandReply held = await waiting.WaitAsync(Patience);
        CommandReply refused = await host.SendAsync(Ledger.Domain, Ledger.Entry("a", "e2"), null, CancellationToken.None).WaitAsync(Patience);
        Assert.Equal((ReplyCode.Unavailable, true), (held.Code, held.MayHaveHappened));
        Assert.Equal(ReplyCode.Unavailable, refused.Code);
        Assert.False(host.Status().Ready);
        Assert.Equal(["failed Stalled"], log.Told);
        go.Set();
        store.BeforeCommit = null;
        await host.SnapshotAsync(Ledger.Domain, CancellationToken.None).WaitAsync(Patience);
        CommandReply after;
        do
        {
            // The lane says that it is well within one step of its own.
            after = await host.SendAsync(Ledger.Domain, Ledger.Entry("a", "e3"), null, CancellationToken.None).WaitAsync(Patience);
        }
        while (after.Code == ReplyCode.Unavailable);
        Assert.True(after.IsOk);
        Assert.True(host.Status().Ready);
        Assert.Equal(["failed Stalled", "recovered"], log.Told);
    }

    [Fact]
    public async Task Stopping_under_load_answers_every_input_exactly_once_and_keeps_what_was_answered_ok()
    {
        ManualResetEventSlim some = new();
        using StoreFixture fixture = StoreFixture.Sqlite(TimeProvider.System);
        int answered = 0;
        int happened = 0;
        const int Inputs = 3_000;
        using (LocalHost host = new(fixture.Store, new LedgerFactory(), TimeProvider.System))
        {
            host.Start();
            await host.EnsureDomain(Ledger.Domain);
            using IGatewaySession session = host.OpenGateway(GatewayId.Of("gw"), 1, new RecordingSink());
            for (int i = 0; i < Inputs; i++)
            {
                session.Send(Ledger.Domain, Ledger.Entry($"a{i}", "e"), reply =>
                {
                    Interlocked.Add(ref happened, reply.IsOk ? 1 : 0);
                    Interlocked.Increment(ref answered);
                    some.Set();
                });
            }

            Assert.True(some.Wait(Patience));
            host.Dispose();
            Assert.Equal(Inputs, answered);
        }

        fixture.Reopen();
        using LocalHost again = new(fixture.Store, new LedgerFactory(), TimeProvider.System);
        again.Start();
        long offered = (await again.SnapshotAsync(Ledger.Domain, CancellationToken.None).WaitAsync(Patience)).Domain.Offered;
        long resumes = 1;
        Assert.InRange(offered, happened, happened + resumes);
    }

    [Fact]
    public async Task A_timer_wakes_a_sleeping_lane()
    {
        using MemoryStore store = new(TimeProvider.System);
        using LocalHost host = new(store, new LedgerFactory(), TimeProvider.System);
        host.Start();
        await host.EnsureDomain(Ledger.Domain);
        TaskCompletionSource fired = new(TaskCreationOptions.RunContinuationsAsynchronously);
        store.BeforeCommit = commit =>
        {
            foreach (DomainCommit domain in commit.Domains)
            {
                if (domain.TryGetRow(new(LedgerMachine.Account, "timers"), out _))
                {
                    fired.TrySetResult();
                }
            }
        };
        await host.SendAsync(Ledger.Domain, Ledger.Entry("a", "e1", "timer t 30"), null, CancellationToken.None).WaitAsync(Patience);
        await fired.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task Two_lanes_share_the_domains_of_a_store_and_one_gateway_hears_of_both()
    {
        using MemoryStore store = new(TimeProvider.System);
        LockedSink sink = new();
        using LocalHost host = new(store, new LedgerFactory(), TimeProvider.System, new LocalHostOptions { LanesCount = 2 });
        host.Start();
        using IGatewaySession session = host.OpenGateway(GatewayId.Of("gw"), 1, sink);
        DomainId[] domains = [.. Enumerable.Range(0, 4).Select(i => DomainId.Of($"d{i}"))];
        foreach (DomainId domain in domains)
        {
            await host.EnsureDomain(domain);
            CommandReply reply = await host.SendAsync(domain, Ledger.Entry("a", domain.Value, "effect gw 1"), null, CancellationToken.None).WaitAsync(Patience);
            Assert.True(reply.IsOk);
        }

        await Task.WhenAll(domains.Select(domain => host.SnapshotAsync(domain, CancellationToken.None))).WaitAsync(Patience);
        Assert.Equal(["d0.0", "d1.0", "d2.0", "d3.0"], sink.Calls.Order());
        Assert.All(host.Status().Lanes, lane => Assert.Equal(2, lane.Domains));
    }

    private sealed record OddCommand : Command;
}
