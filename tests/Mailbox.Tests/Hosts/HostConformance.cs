using Routing.Contracts.Commands;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Lanes;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Hosts;

/// <summary>What every host over every store must do with turns, time and rows.</summary>
public abstract class HostConformance(Func<TimeProvider, StoreFixture> makeStore) : HostScene(makeStore)
{
    [Fact]
    public void What_was_committed_is_there_after_a_restart_and_turns_go_on_with_the_next_number()
    {
        Send("a", "e1");
        Send("a", "e2");
        Restart();
        Assert.Equal("a 3", Send("a", "e3").Detail);
        TurnEvents last = Events(0)[^1];
        Assert.Equal(4, last.Sequence);
    }

    [Fact]
    public void The_first_turn_after_a_restart_tells_how_long_the_domain_was_down()
    {
        Send("a", "e1");
        Host.Dispose();
        Fixture.Reopen();
        Time.Advance(90_000);
        Host = NewHost();
        Host.RunUntilIdle();
        Assert.Equal(["90000"], Entries("resumes"));
    }

    [Fact]
    public void An_idle_lane_gives_signs_of_life_so_that_down_time_is_not_taken_for_longer()
    {
        Send("a", "e1");
        for (int i = 0; i < 100; i++)
        {
            Time.Advance(1_000);
            Host.RunUntilIdle();
        }

        Fixture.Reopen();
        Host = NewHost();
        Host.RunUntilIdle();
        long downForMs = long.Parse(Assert.Single(Entries("resumes")), System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(downForMs, 0, new LaneOptions().HeartbeatMs);
    }

    [Fact]
    public void A_busy_domain_does_not_hide_the_signs_of_life_of_an_idle_one()
    {
        DomainId busy = DomainId.Of("busy");
        _ = Host.EnsureDomain(busy);
        Send("a", "e1");
        for (int i = 0; i < 60; i++)
        {
            Time.Advance(1_000);
            _ = Host.SendAsync(busy, Ledger.Entry("b", $"e{i}"), null, CancellationToken.None);
            Host.RunUntilIdle();
        }

        Fixture.Reopen();
        Host = NewHost();
        Host.RunUntilIdle();
        long downForMs = long.Parse(Assert.Single(Entries("resumes")), System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(downForMs, 0, new LaneOptions().HeartbeatMs);
    }

    [Fact]
    public void A_new_domain_is_not_told_of_an_outage()
    {
        Host.RunUntilIdle();
        Restart();
        Host.RunUntilIdle();
        Assert.Empty(Entries("resumes"));
    }

    /// <summary>openwrt/telephony#865: the answer of one member took the process and all its calls down. Peers' bug 16.</summary>
    [Fact]
    public void A_turn_that_throws_is_put_aside_and_harms_no_other_input()
    {
        using IGatewaySession session = Host.OpenGateway(Gateway, 1, new RecordingSink());
        List<CommandReply> replies = [];
        foreach (string script in new[] { string.Empty, "throw", string.Empty, "throw", string.Empty })
        {
            session.Send(Ledger.Domain, Ledger.Entry("a", $"e{replies.Count}", script), replies.Add);
        }

        Host.RunUntilIdle();
        Assert.Equal([ReplyCode.Ok, ReplyCode.Failed, ReplyCode.Ok, ReplyCode.Failed, ReplyCode.Ok], replies.Select(reply => reply.Code));
        Assert.Equal(["a 1", "a 2", "a 3"], replies.Where(reply => reply.IsOk).Select(reply => reply.Detail));
        Assert.Equal([1L, 2L, 3L], Events(0).Select(turn => turn.Sequence));
        IReadOnlyList<DeadLetter> letters = Host.ReadDeadLettersAsync(Ledger.Domain, 10, CancellationToken.None).Now();
        Assert.Equal([2L, 1L], letters.Select(letter => letter.Number));
        Assert.Contains("throw", System.Text.Encoding.UTF8.GetString(letters[0].Content.Span), StringComparison.Ordinal);
        Assert.Equal(2, Host.Status().Lanes[0].DeadLetters);
    }

    [Fact]
    public void A_turn_that_changes_too_many_rows_is_put_aside()
    {
        UseLane(new LaneOptions { TurnLimitRows = 10 });
        Assert.Equal(ReplyCode.Ok, Send("a", "e1", "rows 9").Code);
        Assert.Equal(ReplyCode.Failed, Send("a", "e2", "rows 10").Code);
        Assert.Equal(["e1"], Entries("a"));
    }

    [Fact]
    public void A_timer_fires_when_it_is_due_and_not_before()
    {
        Send("a", "e1", "timer t1 700");
        Time.Advance(699);
        int wakeInMs = Host.RunUntilIdle();
        Assert.Empty(Entries("timers"));
        Assert.Equal(1, wakeInMs);
        Time.Advance(1);
        Host.RunUntilIdle();
        Assert.Equal(["t1"], Entries("timers"));
    }

    [Fact]
    public void Overdue_timers_fire_in_the_order_in_which_they_were_due_after_a_restart()
    {
        Send("a", "e1", "timer t3 300; timer t1 100; timer t2b 200; timer t2a 200");
        Host.Dispose();
        Fixture.Reopen();
        Time.Advance(60_000);
        Host = NewHost();
        Host.RunUntilIdle();
        Assert.Empty(Entries("timers"));
        Time.Advance(new LaneOptions().TimersHeldMs);
        Host.RunUntilIdle();
        Assert.Equal(["t1", "t2a", "t2b", "t3"], Entries("timers"));
    }

    [Fact]
    public void A_timer_that_throws_is_tried_again_later_and_later_and_blocks_no_other()
    {
        Send("a", "e1", "badtimer bad 100; timer good 150");
        Time.Advance(200);
        Host.RunUntilIdle();
        Assert.Equal(["good"], Entries("timers"));
        Assert.Equal(1, Host.Status().Lanes[0].DeadLetters);
        Time.Advance(1_000);
        Host.RunUntilIdle();
        Assert.Equal(2, Host.Status().Lanes[0].DeadLetters);
        Time.Advance(1_999);
        Host.RunUntilIdle();
        Assert.Equal(2, Host.Status().Lanes[0].DeadLetters);
        Time.Advance(1);
        Host.RunUntilIdle();
        Assert.Equal(3, Host.Status().Lanes[0].DeadLetters);
        Assert.Single(Host.ReadDeadLettersAsync(Ledger.Domain, 10, CancellationToken.None).Now());
    }

    [Fact]
    public void The_time_of_a_domain_never_goes_back_though_the_clock_of_the_store_does()
    {
        Send("a", "e1");
        long before = Events(0)[^1].AtMs;
        Host.Dispose();
        Fixture.Reopen();
        Time.StepDate(-3_600_000);
        Host = NewHost();
        Send("a", "e2", "timer t1 50");
        Time.Advance(50);
        Host.RunUntilIdle();
        Assert.Equal(["t1"], Entries("timers"));
        Assert.InRange(Events(0)[^1].AtMs, before + 50, before + 100);
    }

    [Fact]
    public async Task A_snapshot_and_the_events_after_it_have_no_gap()
    {
        Send("a", "e1");
        Send("b", "e2");
        Task<DomainSnapshot> taking = Host.SnapshotAsync(Ledger.Domain, CancellationToken.None);
        Host.RunUntilIdle();
        DomainSnapshot snapshot = await taking;
        Assert.Equal(2, snapshot.Sequence);
        Assert.Equal(2, snapshot.Domain.Offered);
        Send("a", "e3");
        Assert.Equal([3L], Events(snapshot.Sequence).Select(turn => turn.Sequence));
    }

    [Fact]
    public void A_repeat_with_the_same_idempotency_key_gets_the_stored_reply_also_after_a_restart()
    {
        Task<CommandReply> first = Host.SendAsync(Ledger.Domain, Ledger.Entry("a", "e1"), "key-1", CancellationToken.None);
        Task<CommandReply> same = Host.SendAsync(Ledger.Domain, Ledger.Entry("a", "e1"), "key-1", CancellationToken.None);
        Host.RunUntilIdle();
        Assert.Equal("a 1", first.Now().Detail);
        Assert.Equal("a 1", same.Now().Detail);
        Restart();
        Task<CommandReply> again = Host.SendAsync(Ledger.Domain, Ledger.Entry("a", "e1"), "key-1", CancellationToken.None);
        Task<CommandReply> misused = Host.SendAsync(Ledger.Domain, Ledger.Entry("a", "e2"), "key-1", CancellationToken.None);
        Host.RunUntilIdle();
        Assert.Equal("a 1", again.Now().Detail);
        Assert.Equal(ReplyCode.Conflict, misused.Now().Code);
        Assert.Equal(["e1"], Entries("a"));
    }

    [Fact]
    public void Cold_rows_are_read_from_the_store_and_from_the_running_batch()
    {
        using IGatewaySession session = Host.OpenGateway(Gateway, 1, new RecordingSink());
        for (int i = 0; i < 5; i++)
        {
            session.Send(Ledger.Domain, Ledger.Entry("a", $"e{i}", "cold c1"), _ => { });
        }

        Host.RunUntilIdle();
        Send("a", "e5", "cold c1");
        Assert.Equal("6", Text(LedgerMachine.Cold, "c1"));
    }

    [Fact]
    public void Old_turns_and_expired_rows_are_forgotten_but_no_effect_that_was_not_acknowledged()
    {
        UseLane(new LaneOptions { LogKept = TimeSpan.FromMinutes(1) });
        RecordingSink sink = new();
        using IGatewaySession session = Host.OpenGateway(Gateway, 1, sink);
        Send("a", "e1", "expire x 1000");
        Send("a", "e2", "effect gw 1");
        Send("a", "e3");
        Idle(180);
        Assert.Null(Text(LedgerMachine.Cold, "x"));
        Assert.Equal([2L, 3L], Events(0).Select(turn => turn.Sequence));
        session.Acknowledge(Ledger.Domain, 1);
        Idle(60);
        Assert.Equal([3L], Events(0).Select(turn => turn.Sequence));
    }

    [Fact]
    public void More_inputs_than_the_limit_are_refused_at_once_and_the_others_are_answered()
    {
        UseLane(new LaneOptions { QueueLimitInputs = 20 });
        using IGatewaySession session = Host.OpenGateway(Gateway, 1, new RecordingSink());
        List<CommandReply> replies = [];
        for (int i = 0; i < 25; i++)
        {
            session.Send(Ledger.Domain, Ledger.Entry("a", $"e{i}"), replies.Add);
        }

        Assert.Equal(5, replies.Count);
        Assert.All(replies, reply => Assert.Equal(ReplyCode.Unavailable, reply.Code));
        Host.RunUntilIdle();
        Assert.Equal(20, replies.Count(reply => reply.IsOk));
        Assert.Equal(20, Entries("a").Count);
        Assert.Equal(5, Host.Status().Lanes[0].Refused);
    }

    [Fact]
    public void A_busy_domain_does_not_keep_another_waiting()
    {
        UseLane(new LaneOptions { BatchLimitTurns = 64, VisitLimitTurns = 32 });
        DomainId other = DomainId.Of("other");
        _ = Host.EnsureDomain(other);
        Host.RunUntilIdle();
        using IGatewaySession session = Host.OpenGateway(Gateway, 1, new RecordingSink());
        List<string> order = [];
        for (int i = 0; i < 1_000; i++)
        {
            session.Send(Ledger.Domain, Ledger.Entry("a", $"e{i}"), _ => order.Add("busy"));
        }

        session.Send(other, Ledger.Entry("a", "e"), _ => order.Add("other"));
        Host.RunUntilIdle();
        Assert.InRange(order.IndexOf("other"), 0, 64);
    }

    [Fact]
    public void Domains_are_found_again_after_a_restart_and_an_unknown_one_is_told_as_such()
    {
        DomainId other = DomainId.Of("other");
        Task added = Host.EnsureDomain(other);
        Host.RunUntilIdle();
        Assert.True(added.IsCompletedSuccessfully);
        Restart();
        Assert.Equal([Ledger.Domain, other], Host.Domains);
        Task<CommandReply> reply = Host.SendAsync(DomainId.Of("nowhere"), Ledger.Entry("a", "e"), null, CancellationToken.None);
        Assert.Equal(ReplyCode.NotFound, reply.Now().Code);
    }
}
