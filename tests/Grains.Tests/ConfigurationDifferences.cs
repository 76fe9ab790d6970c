using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>What a new configuration changes is told in the words of a file, and who loses by it is named.</summary>
public sealed class ConfigurationDifferences
{
    private static readonly CalendarConfiguration Office = new()
    {
        Id = "office",
        TimeZone = "Europe/Paris",
        Hours = [new OpenHours([DayOfWeek.Monday, DayOfWeek.Friday], 9 * 60, 18 * 60)],
        Offsets = [new ZoneOffset(0, 3600)],
    };

    public static TheoryData<string, Func<QueueConfiguration, QueueConfiguration>> Queues => new()
    {
        { "queues[support].timeout: 0 → 90s", queue => queue with { TimeoutMs = 90_000 } },
        { "queues[support].ringTimeout: 15s → 1500ms", queue => queue with { RingTimeoutMs = 1_500 } },
        { "queues[support].strategy: longest-idle → least-skilled-that-fits", queue => queue with { Strategy = AgentStrategy.LeastSkilledThatFits } },
        { "queues[support].answer: on-queue → on-agent", queue => queue with { Answer = AnswerMode.OnAgent } },
        { "queues[support].needs: { support: 1 } → { support: 2, english: 3 }", queue => queue with { Needs = [new SkillLevel("support", 2), new SkillLevel("english", 3)] } },
        { "queues[support].needs: { support: 1 } → {}", queue => queue with { Needs = [] } },
        {
            "queues[support].needs: { support: 1 } → support >= 1 or english >= 2",
            queue => queue with { Needs = [], Condition = new AnyNeeds([new SkillNeed("support", SkillOperator.AtLeast, 1), new SkillNeed("english", SkillOperator.AtLeast, 2)]) }
        },
        {
            "queues[support].needs: { support: 1 } → support >= 1 and (support >= 2 or english >= 2)",
            queue => queue with { Condition = new AnyNeeds([new SkillNeed("support", SkillOperator.AtLeast, 2), new SkillNeed("english", SkillOperator.AtLeast, 2)]) }
        },
        { "queues[support].rings: [] → [{ after: 30s, needs: { english: 1 } }, { after: 1m, needs: {} }]", queue => queue with { Rings = [new RingConfiguration { AfterMs = 30_000, Needs = [new SkillLevel("english", 1)] }, new RingConfiguration { AfterMs = 60_000 }] } },
        { "queues[support].onNoAnswer.agent: not-ready → logged-out", queue => queue with { OnNoAnswer = queue.OnNoAnswer with { Agent = AgentAfterFailure.LoggedOut } } },
        { "queues[support].prefer: , { agent: alice, hold: 20s }", queue => queue with { Prefer = new PreferConfiguration(AgentId.Of("alice"), 20_000) } },
        {
            "queues[support].overflow: [] → [{ on: nobody-ready, after: 5s, entryOnly: false, reject: 486 }]",
            queue => queue with { Overflow = [new OverflowRule { On = OverflowCondition.NobodyReady, AfterMs = 5_000, To = new RouteTarget(RejectStatus: 486) }] }
        },
    };

    [Theory]
    [MemberData(nameof(Queues))]
    public void A_setting_is_told_as_a_file_writes_it(string expected, Func<QueueConfiguration, QueueConfiguration> change) =>
        Assert.Equal(expected, Assert.Single(Told(Configurations.Demo(), Configurations.Demo("support", change))));

    [Fact]
    public void Calendars_are_told_by_the_clock_and_a_zone_whose_rules_changed_by_its_name()
    {
        DomainConfiguration demo = Configurations.Demo() with { Calendars = [Office] };

        Assert.Equal(
            ["calendars[office].hours: [{ days: [mon, fri], from: 09:00, to: 18:00 }] → [{ days: [sat], from: 22:00, to: 06:00 }]"],
            Told(demo, demo with { Calendars = [Office with { Hours = [new OpenHours([DayOfWeek.Saturday], 22 * 60, 30 * 60)] }] }));
        Assert.Equal(["calendars[office].timeZone: "], Told(demo, demo with { Calendars = [Office with { Offsets = [new ZoneOffset(0, 7200)] }] }));
    }

    [Fact]
    public void Agents_who_may_no_longer_serve_a_queue_are_named_and_queues_that_nobody_serves_any_more()
    {
        DomainConfiguration demo = Configurations.Demo();
        DomainConfiguration next = demo with
        {
            Agents = [.. demo.Agents.Select(static agent => agent.Id.Value == "alice" ? agent with { Skills = [new SkillLevel("english", 1)] } : agent)],
            Queues = [.. demo.Queues.Select(static queue => queue.Id.Value == "support" ? queue with { Needs = [new SkillLevel("support", 10)] } : queue)],
        };

        ConfigurationChanges changes = DryRun(demo, next);

        Assert.Equal(["alice: support", "bob: support"], changes.Losing.Select(static agent => $"{agent.Agent}: {string.Join(", ", agent.Queues)}"));
        Assert.Equal(2, changes.LosingCount);
        Assert.Equal(["support"], changes.Unserved.Select(static queue => queue.Value));
        Assert.Equal(changes.Unserved.Count, changes.UnservedCount);
    }

    [Fact]
    public void A_ring_that_still_asks_for_what_an_agent_has_loses_nobody()
    {
        DomainConfiguration demo = Configurations.Demo();
        DomainConfiguration next = Configurations.Demo("support", queue => queue with { Needs = [new SkillLevel("support", 10)], Rings = [new RingConfiguration { AfterMs = 10_000, Needs = queue.Needs }] });

        ConfigurationChanges changes = DryRun(demo, next);

        Assert.Equal((0, 0), (changes.LosingCount, changes.UnservedCount));
    }

    private static string[] Told(DomainConfiguration from, DomainConfiguration to) => [.. DryRun(from, to).Differences.Select(static difference =>
        $"{difference.Location}: {difference.From}{(difference.From is not null && difference.To is not null ? " → " : difference.To is null ? string.Empty : ", ")}{difference.To}")];

    private static ConfigurationChanges DryRun(DomainConfiguration from, DomainConfiguration to) =>
        ((ConfigurationReply)new TestDomain(from).Send(new ApplyConfiguration(to) { DryRun = true })).Changes!;
}
