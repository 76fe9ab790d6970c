using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Gateway.Feeds;
using Xunit;

namespace Routing.Gateway.Tests.Feeds;

public sealed class DomainProjectionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Random_turns_read_as_a_naive_model_reads_them(int seed)
    {
        DomainProjection projection = Loaded();
        NaiveModel model = new();
        RandomTurns turns = new(seed);
        for (long sequence = 1; sequence <= 500; sequence++)
        {
            DomainEvent[] events = turns.Next();
            projection.Apply(new TurnEvents(sequence, Sample.StartMs, events));
            Array.ForEach(events, model.Apply);
            AssertSame(model, projection, $"seed {seed}, turn {sequence}");
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Readers_of_any_pace_end_up_with_the_same_state(int seed)
    {
        DomainProjection projection = Loaded();
        RandomTurns turns = new(seed);
        Random pace = new(seed);
        Replica fast = new();
        Replica slow = new();
        for (long sequence = 1; sequence <= 4_000; sequence++)
        {
            projection.Apply(new TurnEvents(sequence, Sample.StartMs, turns.Next()));
            fast.Take(projection.Since(fast.Token)!);
            if (pace.Next(200) == 0)
            {
                slow.Take(projection.Since(slow.Token)!);
            }
        }

        slow.Take(projection.Since(slow.Token)!);
        Replica fresh = new();
        fresh.Take(projection.Since(default)!);

        Assert.Equal(1, fast.FullFrames);
        Assert.Equal(fresh.Text(), fast.Text());
        Assert.Equal(fresh.Text(), slow.Text());
    }

    [Fact]
    public void A_repeated_or_older_turn_changes_nothing()
    {
        DomainProjection projection = Loaded();
        projection.Apply(new TurnEvents(5, Sample.StartMs, [new AgentChanged(Sample.Agent("alice"))]));

        projection.Apply(new TurnEvents(5, Sample.StartMs, [new AgentChanged(Sample.Agent("alice", AgentState.NotReady))]));
        projection.Apply(new TurnEvents(4, Sample.StartMs, [new AgentRemoved(AgentId.Of("alice"))]));

        Assert.Equal(AgentState.Ready, projection.FindAgent(AgentId.Of("alice"))!.State);
        Assert.Equal(5, projection.Sequence);
    }

    [Fact]
    public void A_call_that_ended_stays_ended_and_is_listed_among_the_ended()
    {
        DomainProjection projection = Loaded();
        projection.Apply(new TurnEvents(1, Sample.StartMs, [new CallChanged(Sample.Call("c", state: CallState.Ended))]));
        projection.Apply(new TurnEvents(2, Sample.StartMs, [new CallChanged(Sample.Call("c"))]));

        Assert.Empty(projection.Calls(new CallFilter()));
        Assert.Single(projection.Calls(new CallFilter([CallState.Ended])));
    }

    [Fact]
    public void Calls_that_ended_before_the_snapshot_are_listed_and_the_latest_are_told_first()
    {
        DomainProjection projection = new(Sample.DomainId);
        CallView Ended(string id) => Sample.Call(id, state: CallState.Ended);
        projection.Reset(Snapshot(5) with { Calls = [Sample.Call("live"), Sample.Call("crossing")] }, [Ended("crossing"), Ended("late"), Ended("early")]);

        Assert.Equal(["crossing", "live", "late", "early"], projection.Since(default)!.Calls.Select(call => call.Id.Value));
        Assert.Equal(["early", "late"], projection.Calls(new CallFilter([CallState.Ended])).Select(call => call.View.Id.Value));

        projection.Apply(new TurnEvents(6, Sample.StartMs, [new CallChanged(Ended("crossing"))]));
        Assert.Equal(["live"], projection.Calls(new CallFilter()).Select(call => call.View.Id.Value));
    }

    [Fact]
    public void Ended_calls_are_forgotten_beyond_the_limit_and_who_missed_one_starts_over()
    {
        DomainProjection projection = Loaded();
        ProjectionToken early = projection.Token;
        for (int call = 1; call <= ProjectionLimits.EndedCallsCount; call++)
        {
            projection.Apply(new TurnEvents(call, Sample.StartMs, [new CallChanged(Sample.Call($"c{call}", state: CallState.Ended))]));
        }

        Assert.False(projection.Since(early)!.Full);
        Assert.Equal(ProjectionLimits.EndedCallsCount, projection.Since(early)!.Calls.Count);

        projection.Apply(new TurnEvents(ProjectionLimits.EndedCallsCount + 1, Sample.StartMs, [new CallChanged(Sample.Call("last", state: CallState.Ended))]));

        Assert.Null(projection.FindCall(CallId.Of("c1")));
        Assert.NotNull(projection.FindCall(CallId.Of("c2")));
        Assert.True(projection.Since(early)!.Full);
    }

    [Fact]
    public void A_new_snapshot_makes_every_reader_start_over_even_at_the_same_turn()
    {
        DomainProjection projection = Loaded();
        projection.Apply(new TurnEvents(1, Sample.StartMs, [new AgentChanged(Sample.Agent("alice"))]));
        ProjectionToken token = projection.Token;

        projection.Reset(Snapshot(1));

        ChangeSet changes = projection.Since(token)!;
        Assert.True(changes.Full);
        Assert.Empty(changes.Agents);
    }

    [Fact]
    public async Task Waiting_ends_with_the_next_turn_and_not_before()
    {
        DomainProjection projection = Loaded();
        Task waiting = projection.WaitForChangeAsync(projection.Token, CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        projection.Apply(new TurnEvents(1, Sample.StartMs, [new AgentChanged(Sample.Agent("alice"))]));

        await waiting;
        Assert.True(projection.WaitForChangeAsync(default, CancellationToken.None).IsCompleted);
    }

    [Fact]
    public void A_queue_changes_for_readers_when_only_its_ready_agents_do()
    {
        DomainProjection projection = Loaded();
        projection.Apply(new TurnEvents(1, Sample.StartMs, [new QueueChanged(Sample.Queue("support")), new AgentChanged(Sample.Agent("alice", AgentState.NotReady))]));
        ProjectionToken token = projection.Token;

        projection.Apply(new TurnEvents(2, Sample.StartMs, [new AgentChanged(Sample.Agent("alice"))]));

        QueueReading queue = Assert.Single(projection.Since(token)!.Queues);
        Assert.Equal(1, queue.ReadyAgents);
    }

    [Fact]
    public void Who_is_ready_for_a_queue_meets_its_condition_also_after_a_change_of_either()
    {
        DomainProjection projection = Loaded();
        QueueView queue = Sample.Queue("support") with { Condition = new AttributeNeed("site", "paris") };
        AgentView alice = Sample.Agent("alice") with { Attributes = [new AgentAttribute("site", "paris")], Team = "night" };
        AgentView bob = Sample.Agent("bob") with { Attributes = [new AgentAttribute("site", "berlin")] };
        int sequence = 0;
        int Ready(params DomainEvent[] events)
        {
            projection.Apply(new TurnEvents(++sequence, Sample.StartMs, events));
            return projection.FindQueue(queue.Id)!.Value.ReadyAgents;
        }

        Assert.Equal(1, Ready(new QueueChanged(queue), new AgentChanged(alice), new AgentChanged(bob)));
        Assert.Equal(2, Ready(new AgentChanged(bob with { Attributes = alice.Attributes })));
        Assert.Equal(1, Ready(new QueueChanged(queue with { Condition = new AttributeNeed("team", "night") })));
        Assert.Equal(0, Ready(new AgentChanged(alice with { Team = null })));
    }

    private static void AssertSame(NaiveModel model, DomainProjection projection, string where)
    {
        foreach (QueueReading queue in projection.Queues())
        {
            Assert.True(model.Queues[queue.View.Id] == queue.View, where);
            Assert.True(model.ReadyAgents(queue.View) == queue.ReadyAgents, where);
            Assert.True(model.LongestWaitSince(queue.View.Id) == queue.LongestWaitSinceMs, where);
        }

        List<CallReading> live = projection.Calls(new CallFilter());
        Assert.True(live.Count == model.Calls.Values.Count(call => call.State != CallState.Ended), where);
        foreach (CallReading call in live)
        {
            Assert.True(model.Calls[call.View.Id] == call.View, where);
            Assert.True(model.Position(call.View) == call.Position, where);
            Assert.True(model.OfferedTo(call.View.Id).Order().SequenceEqual(call.OfferedTo.Order()), where);
            Assert.True(projection.FindCall(call.View.Id)?.Position == call.Position, where);
        }

        (IReadOnlyList<AgentView> agents, int total) = projection.Agents(null, null, int.MaxValue);
        Assert.True(total == model.Agents.Count && agents.SequenceEqual(model.Agents.Values.OrderBy(agent => agent.Id)), where);
        Assert.True(projection.Queues().Count == model.Queues.Count, where);
    }

    private static DomainProjection Loaded()
    {
        DomainProjection projection = new(Sample.DomainId);
        projection.Reset(Snapshot(0));
        return projection;
    }

    private static DomainSnapshot Snapshot(long sequence) => new() { Sequence = sequence, Domain = Sample.Domain(), Agents = [], Queues = [], Calls = [] };
}
