using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Lanes;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Hosts;

/// <summary>What every host over every store must hand out: replies and effects to gateways, events to subscribers.</summary>
public abstract class HostDeliveryConformance(Func<TimeProvider, StoreFixture> makeStore) : HostScene(makeStore)
{
    [Fact]
    public void A_command_is_answered_after_its_turn_and_its_effects_follow_the_reply()
    {
        RecordingSink sink = new();
        List<string> order = [];
        using IGatewaySession session = Edge.OpenGateway(Gateway, 1, sink);
        session.Send(Ledger.Domain, Ledger.Entry("a", "e1", "effect gw 2"), reply => order.Add($"{reply.Detail} with {sink.Effects.Count} effects"));
        Run();
        Assert.Equal(["a 1 with 0 effects"], order);
        Assert.Equal(["e1.0", "e1.1"], sink.Calls);
        Assert.Equal([1L, 2L], sink.Effects.Select(effect => effect.Sequence));
    }

    [Fact]
    public void A_sink_is_told_where_the_reply_and_the_effects_of_each_turn_begin_and_end_also_when_it_refuses_one()
    {
        RecordingSink sink = new() { Refuse = 1 };
        using IGatewaySession session = Edge.OpenGateway(Gateway, 1, sink);
        session.Send(Ledger.Domain, Ledger.Entry("a", "e1", "effect gw 2"), reply => sink.Told.Add($"reply {reply.Detail}"));
        session.Send(Ledger.Domain, Ledger.Entry("a", "e2"), reply => sink.Told.Add($"reply {reply.Detail}"));

        Run();

        Assert.Equal(["begin", "reply a 1", "refused", "end", "begin", "reply a 2", "end"], sink.Told.Take(7));
    }

    [Fact]
    public void Replies_come_in_the_order_of_sending()
    {
        List<string?> replies = [];
        using IGatewaySession session = Edge.OpenGateway(Gateway, 1, new RecordingSink());
        for (int i = 0; i < 1_500; i++)
        {
            session.Send(Ledger.Domain, Ledger.Entry($"a{i % 3}", $"e{i}"), reply => replies.Add(reply.Detail));
        }

        Run();
        Assert.Equal(Enumerable.Range(0, 1_500).Select(i => $"a{i % 3} {(i / 3) + 1}"), replies);
    }

    [Fact]
    public void Effects_that_were_not_acknowledged_come_again_after_a_restart_with_their_numbers_and_a_higher_epoch()
    {
        RecordingSink before = new();
        IGatewaySession session = Edge.OpenGateway(Gateway, 1, before);
        Send("a", "e1", "effect gw 3");
        session.Acknowledge(Ledger.Domain, 1);
        Send("a", "e2", "effect gw 1");
        Restart();
        RecordingSink after = new();
        using IGatewaySession again = Edge.OpenGateway(Gateway, 2, after);
        Run();
        Assert.Equal(["e1.1", "e1.2", "e2.0"], after.Calls);
        Assert.Equal([2L, 3L, 4L], after.Effects.Select(effect => effect.Sequence));
        Assert.All(after.Effects, effect => Assert.True(effect.Epoch > before.Effects[0].Epoch));
        Send("a", "e3", "effect gw 1");
        Assert.Equal(5, after.Effects[^1].Sequence);
    }

    [Fact]
    public void A_reopened_session_gets_what_is_not_acknowledged_first_and_ends_the_former()
    {
        RecordingSink first = new();
        IGatewaySession former = Edge.OpenGateway(Gateway, 1, first);
        Send("a", "e1", "effect gw 2");
        RecordingSink second = new();
        using IGatewaySession session = Edge.OpenGateway(Gateway, 2, second);
        CommandReply? reply = null;
        former.Send(Ledger.Domain, Ledger.Entry("a", "late"), answer => reply = answer);
        Send("a", "e2", "effect gw 1");
        Assert.Equal(ReplyCode.Unavailable, reply?.Code);
        Assert.Equal(["e1.0", "e1.1"], first.Calls);
        Assert.Equal(["e1.0", "e1.1", "e2.0"], second.Calls);
        Assert.Throws<ArgumentException>(() => Edge.OpenGateway(Gateway, 1, first));
    }

    [Fact]
    public void A_sink_that_refuses_gets_the_same_effect_again_and_nothing_overtakes_it()
    {
        RecordingSink sink = new() { Refuse = 2 };
        using IGatewaySession session = Edge.OpenGateway(Gateway, 1, sink);
        Send("a", "e1", "effect gw 2");
        Send("a", "e2", "effect gw 1");
        Assert.Empty(sink.Effects);
        for (int i = 0; i < 3; i++)
        {
            Time.Advance(new LaneOptions().ResendMs);
            Run();
        }

        Assert.Equal(["e1.0", "e1.1", "e2.0"], sink.Calls);
    }

    /// <summary>AsterNET#273, #190: what happened while a client was away was lost to it. Peers' bug 12.</summary>
    [Fact]
    public void Subscribers_get_stored_events_then_live_ones_without_gap_or_repeat()
    {
        for (int i = 0; i < 600; i++)
        {
            Send("a", $"e{i}", i % 7 == 0 ? "quiet" : string.Empty);
        }

        RecordingSink sink = new();
        using IDisposable subscription = Edge.SubscribeEvents(Ledger.Domain, 100, sink);
        Run();
        for (int i = 600; i < 700; i++)
        {
            Send("a", $"e{i}", i % 7 == 0 ? "quiet" : string.Empty);
        }

        Assert.Equal(Enumerable.Range(0, 700).Where(i => i % 7 != 0 && i >= 100).Select(i => i + 1L), sink.Sequences);
        subscription.Dispose();
        Send("a", "last");
        Assert.Equal(700, sink.Sequences[^1]);
    }

    [Fact]
    public void Live_events_that_a_subscriber_refused_come_again_and_none_is_left_out()
    {
        RecordingSink sink = new() { RefuseTurn = 2 };
        using IDisposable subscription = Edge.SubscribeEvents(Ledger.Domain, 0, sink);
        Run();
        using IGatewaySession session = Edge.OpenGateway(Gateway, 1, new RecordingSink());
        for (int i = 0; i < 4; i++)
        {
            session.Send(Ledger.Domain, Ledger.Entry("a", $"e{i}"), _ => { });
        }

        Run();
        Assert.Equal([1L], sink.Sequences);
        Time.Advance(1_000);
        Run();
        Assert.Equal([1L, 2L, 3L, 4L], sink.Sequences);
    }

    [Fact]
    public void A_full_outbox_pushes_the_oldest_effect_to_the_dead_letters()
    {
        UseLane(new LaneOptions { OutboxLimitEffects = 10 });
        Send("a", "e1", "effect gone 12");
        IReadOnlyList<DeadLetter> letters = Host.ReadDeadLettersAsync(Ledger.Domain, 10, CancellationToken.None).Now();
        Assert.Equal(["gone/2", "gone/1"], letters.Select(letter => letter.Origin));
        RecordingSink sink = new();
        using IGatewaySession session = Edge.OpenGateway(GatewayId.Of("gone"), 1, sink);
        Run();
        Assert.Equal(Enumerable.Range(3, 10).Select(i => (long)i), sink.Effects.Select(effect => effect.Sequence));
    }
}
