using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Configuration;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>Checking configurations, and applying them while calls wait.</summary>
public sealed class NewConfigurations
{
    public static TheoryData<string, Func<DomainConfiguration, DomainConfiguration>> Mistakes => new()
    {
        { "realm", demo => demo with { Realm = " " } },
        { "skills[4]", demo => demo with { Skills = [.. demo.Skills, "support"] } },
        { "agents[#4].id", demo => demo with { Agents = [.. demo.Agents, Configurations.Agent("alice") with { SipUser = "alice2" }] } },
        { "agents[dave].sipUser", demo => demo with { Agents = [.. demo.Agents, Configurations.Agent("dave") with { SipUser = "alice" }] } },
        { "agents[dave].skills[0].skill", demo => demo with { Agents = [.. demo.Agents, Configurations.Agent("dave", ("french", 1))] } },
        { "agents[dave].skills[0].level", demo => demo with { Agents = [.. demo.Agents, Configurations.Agent("dave", ("english", 11))] } },
        { "agents[dave].ha1Md5", demo => demo with { Agents = [.. demo.Agents, Configurations.Agent("dave") with { Ha1Md5 = "secret" }] } },
        { "queues[#4].id", demo => demo with { Queues = [.. demo.Queues, Configurations.Queue("support")] } },
        { "queues[support].needs[0].skill", _ => Configurations.Demo("support", queue => queue with { Needs = [new SkillLevel("suport", 1)] }) },
        { "queues[support].needs[0].level", _ => Configurations.Demo("support", queue => queue with { Needs = [new SkillLevel("support", 0)] }) },
        { "queues[support].ringTimeoutMs", _ => Configurations.Demo("support", queue => queue with { RingTimeoutMs = 1 }) },
        { "queues[support].wrapUpMs", _ => Configurations.Demo("support", queue => queue with { WrapUpMs = -1 }) },
        { "queues[support].priority", _ => Configurations.Demo("support", queue => queue with { Priority = 1001 }) },
        { "queues[support].rejectStatus", _ => Configurations.Demo("support", queue => queue with { RejectStatus = 200 }) },
        { "queues[support].strategy", _ => Configurations.Demo("support", queue => queue with { Strategy = (AgentStrategy)99 }) },
        { "queues[support].onDecline.recoverAfterMs", _ => Configurations.Demo("support", queue => queue with { OnDecline = new OfferFailurePolicy(AgentAfterFailure.Ready, null, -5) }) },
        { "queues[support].overflowTo", _ => Configurations.Demo("support", queue => queue with { OverflowTo = QueueId.Of("nowhere") }) },
        { "queues[billing].overflowTo", _ => Configurations.Demo("billing", queue => queue with { OverflowTo = QueueId.Of("billing") }) },
        { "queues[support].weight", _ => Configurations.Demo("support", queue => queue with { Weight = -1 }) },
        { "order", demo => demo with { Order = (CallOrder)9 } },
        { "ageingMs", demo => demo with { AgeingMs = -1 } },
        { "reserves", demo => demo with { Reserves = [.. Enumerable.Range(0, 33).Select(i => new ReserveConfiguration($"r{i}", 1, [], 1))] } },
        { "reserves[0].name", demo => demo with { Reserves = [new ReserveConfiguration(" ", 1, [], 1)] } },
        { "reserves[#2].name", demo => demo with { Reserves = [new ReserveConfiguration("vip", 1, [], 1), new ReserveConfiguration("vip", 2, [], 2)] } },
        { "reserves[vip].keep", demo => demo with { Reserves = [new ReserveConfiguration("vip", 1001, [], 1)] } },
        { "reserves[vip]", demo => demo with { Reserves = [new ReserveConfiguration("vip", 1, [])] } },
        { "reserves[vip].priorityAtLeast", demo => demo with { Reserves = [new ReserveConfiguration("vip", 1, [], 1001)] } },
        { "reserves[vip].queues[1]", demo => demo with { Reserves = [new ReserveConfiguration("vip", 1, [QueueId.Of("support"), QueueId.Of("suport")])] } },
        { "numbers[#5].number", demo => demo with { Numbers = [.. demo.Numbers, new NumberConfiguration("1000", QueueId.Of("sales"))] } },
        { "numbers[7].queue", demo => demo with { Numbers = [new NumberConfiguration("7", QueueId.Of("nowhere"))] } },
        { "numbers[alice].number", demo => demo with { Numbers = [new NumberConfiguration("alice", QueueId.Of("sales"))] } },
        { "trunks[t].addresses[0]", demo => demo with { Trunks = [new TrunkConfiguration("t", ["10.0.0.0/99"])] } },
        { "apiKeys[k].sha256", demo => demo with { ApiKeys = [new ApiKeyConfiguration("k", "abc", ApiRole.Reader)] } },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Every_mistake_is_found_at_its_place(string location, Func<DomainConfiguration, DomainConfiguration> spoil)
    {
        Assert.Equal([location], ConfigurationCheck.Check(spoil(Configurations.Demo())).Select(mistake => mistake.Location));
    }

    [Fact]
    public void A_good_configuration_has_no_mistake_and_an_overflow_circle_is_named_at_each_of_its_queues()
    {
        Assert.Empty(ConfigurationCheck.Check(Configurations.Demo()));
        DomainConfiguration circle = Configurations.Demo("support", queue => queue with { OverflowTo = QueueId.Of("sales"), TimeoutMs = 1 });
        Assert.Equal(["queues[support].overflowTo", "queues[sales].overflowTo"], ConfigurationCheck.Check(circle).Select(mistake => mistake.Location));
    }

    [Fact]
    public void A_bad_configuration_is_refused_with_all_its_mistakes_and_changes_nothing()
    {
        TestDomain domain = new(Configurations.Demo());
        DomainConfiguration bad = Configurations.Demo("support", queue => queue with { RingTimeoutMs = 1, RejectStatus = 1 });
        CommandReply reply = domain.Send(new ApplyConfiguration(bad));
        Assert.Equal((ReplyCode.Refused, 2), (reply.Code, reply.Detail!.Split('\n').Length));
        Assert.Empty(domain.Last.Rows);
        Assert.Equal(1, domain.Machine.Snapshot().Domain.ConfigurationVersion);
    }

    [Fact]
    public void The_same_content_keeps_the_version_and_a_new_one_tells_the_gateways()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Send(new ApplyConfiguration(Configurations.Demo()));
        Assert.Empty(domain.Last.Rows);
        domain.Send(new ApplyConfiguration(Configurations.Demo("support", queue => queue with { Name = "Help" })));
        Assert.Equal(2, domain.Event<EdgeConfigurationChanged>().Version);
        Assert.Equal("Help", domain.Event<QueueChanged>().Queue.Name);
        domain.Reload();
        Assert.Equal((2L, 3), (domain.Machine.Snapshot().Edge!.Version, domain.Machine.Snapshot().Edge!.Agents.Count));
    }

    [Fact]
    public void Calls_that_wait_are_matched_by_new_skills_in_their_order()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Arrive("c1", "2000");
        domain.Arrive("c2", "2000");
        domain.Register("alice");
        DomainConfiguration demo = Configurations.Demo();
        domain.Send(new ApplyConfiguration(demo with { Agents = [Configurations.Agent("alice", ("billing", 3), ("english", 1)), .. demo.Agents.Skip(1)] }));
        Assert.Equal("c1", Assert.Single(domain.Effects.OfType<OfferCall>()).Call.Value);
        Assert.Equal("configuration", domain.Event<OfferMade>().Why.Trigger);
    }

    [Fact]
    public void A_queue_with_calls_is_not_removed_and_an_empty_one_is()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Arrive("c1");
        DomainConfiguration demo = Configurations.Demo();
        DomainConfiguration without = demo with
        {
            Queues = [.. demo.Queues.Where(queue => queue.Id == QueueId.Of("billing"))],
            Numbers = [new NumberConfiguration("2000", QueueId.Of("billing"))],
        };
        CommandReply reply = domain.Send(new ApplyConfiguration(without));
        Assert.Equal(ReplyCode.Conflict, reply.Code);
        Assert.Contains("'support' cannot be removed while 1 calls wait", reply.Detail, StringComparison.Ordinal);
        domain.CallerLeaves("c1");
        Assert.True(domain.Send(new ApplyConfiguration(without)).IsOk);
        Assert.Equal(["sales", "support"], domain.Last.Events.OfType<QueueRemoved>().Select(removed => removed.Queue.Value));
    }

    [Fact]
    public void A_removed_agent_who_talks_leaves_after_the_call_and_an_offered_one_at_once()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Register("alice");
        domain.Arrive("talking");
        domain.Answer("talking");
        domain.Register("bob");
        domain.Arrive("ringing");
        DomainConfiguration demo = Configurations.Demo();
        domain.Send(new ApplyConfiguration(demo with { Agents = [demo.Agents[2]] }));
        Assert.Equal(AgentId.Of("bob"), domain.Event<AgentRemoved>().Agent);
        Assert.IsType<WithdrawOffer>(domain.Effects.First());
        Assert.Equal(CallState.Waiting, domain.Call("ringing")!.State);
        Assert.Equal((AgentState.Talking, "alice"), (domain.Agent("alice").State, domain.Agent("alice").Name));
        domain.Reload();
        Assert.Equal(ReplyCode.NotFound, domain.SetState("alice", AgentMode.NotReady).Code);
        domain.CallerLeaves("talking");
        Assert.Equal(AgentId.Of("alice"), domain.Event<AgentRemoved>().Agent);
        Assert.DoesNotContain(domain.Machine.Snapshot().Agents, agent => agent.Id.Value is "alice" or "bob");
    }
}
