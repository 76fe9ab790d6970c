using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Configuration;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>What works and was hardly meant.</summary>
public sealed class UnwiseConfigurations
{
    public static TheoryData<string, string, Func<DomainConfiguration, DomainConfiguration>> Findings => new()
    {
        { "agents", "no agents", demo => demo with { Agents = [] } },
        { "queues", "no queues", demo => demo with { Queues = [], Numbers = [], Skills = [.. demo.Skills.Where(skill => demo.Agents.Any(agent => agent.Skills.Any(level => level.Skill == skill)))] } },
        { "numbers", "no numbers", demo => demo with { Numbers = [] } },
        { "skills[3]", "'latin'", demo => demo with { Skills = [.. demo.Skills.Take(3), "latin", .. demo.Skills.Skip(3)] } },
        { "queues[alone]", "leads to queue 'alone'", demo => demo with { Queues = [.. demo.Queues, Configurations.Queue("alone")] } },
        { "ageingMs", "the same priority", demo => demo with { AgeingMs = 1_000, Numbers = [.. demo.Numbers.Select(number => number with { Priority = null })] } },
        { "reserves[vip].priorityAtLeast", "is 10", demo => demo with { Reserves = [new ReserveConfiguration("vip", 1, [], 11)] } },
        { "order", "order of arrival", demo => demo with { Order = CallOrder.Deadline } },
        { "queues[support].weight", "aged waits", _ => Configurations.Demo("support", queue => queue with { Weight = 2 }) with { AgeingMs = 1_000 } },
        { "queues[support].weight", "deadlines", _ => Configurations.Demo("support", queue => queue with { Weight = 2, ServiceLevelMs = 5_000 }) with { Order = CallOrder.Deadline } },
        { "reserves[vip].keep", "only one agent", demo => demo with { Reserves = [new ReserveConfiguration("vip", 1, [QueueId.Of("billing")])] } },
        { "reserves[vip].keep", "only 2 agents", demo => demo with { Reserves = [new ReserveConfiguration("vip", 2, [QueueId.Of("support")])] } },
        { "queues[support].rejectStatus", "BYE", _ => Configurations.Demo("support", queue => queue with { RejectStatus = 486 }) },
        { "queues[support].needs", "the highest is", _ => Configurations.Demo("support", queue => queue with { Needs = [new SkillLevel("support", 10)] }) },
        { "queues[support].overflowTo", "no timeout", _ => Configurations.Demo("support", queue => queue with { OverflowTo = QueueId.Of("billing") }) },
        { "queues[support].overflow[0].redirect", "cannot be redirected", _ => Out(new OverflowRule { On = OverflowCondition.Wait, AfterMs = 9_000, To = new RouteTarget(Redirect: "sip:a@b") }) },
        { "queues[support].overflow", "support → sales → support", _ => Out(new OverflowRule { On = OverflowCondition.Full, Size = 3, To = new RouteTarget(QueueId.Of("sales")) }) },
        { "numbers[7].routes[1]", "never reached", demo => demo with { Numbers = [.. demo.Numbers, Number("gold", "gold")] } },
        { "calendars[office]", "goes by calendar 'office'", demo => demo with { Calendars = [Office([new OpenHours([DayOfWeek.Monday], 540, 1080)])] } },
        { "calendars[office]", "never open", _ => Out(new OverflowRule { On = OverflowCondition.Closed, Calendar = "office", To = new RouteTarget(RejectStatus: 480) }) with { Calendars = [Office([])] } },
        { "calendars[office].hours[0]", "from 02:00 to 03:00 that the clock skips, last on 2027-03-28", _ => Closing(new OpenHours([DayOfWeek.Sunday], 150, 600), new ZoneOffset(0, 3_600), new ZoneOffset(1_806_195_600_000, 7_200)) },
        { "calendars[office].hours[0]", "from 02:00 to 03:00 that the clock repeats, last on 2027-04-04", _ => Closing(new OpenHours([DayOfWeek.Saturday], 1_320, 1_590), new ZoneOffset(0, 39_600), new ZoneOffset(1_806_768_000_000, 36_000)) },
        { "queues[support].overflow[0].on", "always open", _ => Closing(new OpenHours(Enum.GetValues<DayOfWeek>(), 0, 1_440), new ZoneOffset(0, 0)) },
        { "queues[support].overflow[1].on", "never acts", _ => Configurations.Demo("support", queue => queue with { Overflow = [Rejecting(OverflowCondition.NobodyReady, 0), Rejecting(OverflowCondition.NobodyLoggedIn, 60_000)] }) },
        { "queues[billing].prefer.agent", "agent 'alice' never gets the calls", _ => Configurations.Demo("billing", queue => queue with { Prefer = new PreferConfiguration(AgentId.Of("alice"), 5_000) }) },
        { "numbers[7].prefer.agent", "agent 'carol' never gets the calls", demo => demo with { Numbers = [.. demo.Numbers, new NumberConfiguration("7", QueueId.Of("support"), null, new PreferConfiguration(AgentId.Of("carol"), 0))] } },
        { "agents[last-agent].id", "cannot be preferred", demo => demo with { Agents = [.. demo.Agents, Configurations.Agent("last-agent")] } },
        { "hosts[1]", "is no host name", demo => demo with { Hosts = ["2001:db8::1", "acme.example:5060"] } },
        { "hosts[0]", "is no host name", demo => demo with { Hosts = ["two words"] } },
        { "apiKeys[second]", "the same key as that of 'root'", demo => demo with { ApiKeys = [Admin, Admin with { Name = "second" }] } },
        { "queues[support].holdMedia", "callers hear the built-in tone", _ => Configurations.Demo("support", queue => queue with { HoldMedia = "opus.wav" }) },
        { "queues[support].onDecline.recoverAfterMs", "stays ready", _ => Configurations.Demo("support", queue => queue with { OnDecline = new OfferFailurePolicy(AgentAfterFailure.Ready, null, 5_000) }) },
        { "queues[support].onNoAnswer.after", "stays ready", _ => Configurations.Demo("support", queue => queue with { OnNoAnswer = new OfferFailurePolicy(AgentAfterFailure.Ready, null, 0) { AfterMisses = 3 } }) },
        { "trunks[carrier].addresses[0]", "every address", demo => demo with { Trunks = [new TrunkConfiguration("carrier", ["0.0.0.0/0"])] } },
        { "trunks[carrier]", "no addresses", demo => demo with { Trunks = [new TrunkConfiguration("carrier", [])] } },
        { "numbers[0 30].number", "phones send no ' '", demo => demo with { Numbers = [.. demo.Numbers, new NumberConfiguration("0 30", QueueId.Of("support"))] } },
        { "queues[sales].needs", "nor any queue", _ => Configurations.Demo("sales", queue => queue with { Needs = [new SkillLevel("sales", 9)], OverflowTo = null }) },
    };

    private static OverflowRule Rejecting(OverflowCondition condition, int afterMs) => new() { On = condition, AfterMs = afterMs, To = new RouteTarget(RejectStatus: 480) };

    private static DomainConfiguration Closing(OpenHours hours, params ZoneOffset[] offsets) =>
        Out(Rejecting(OverflowCondition.Closed, 0) with { Calendar = "office" }) with { Calendars = [Office([hours]) with { Offsets = offsets }] };

    private static DomainConfiguration Out(OverflowRule rule) => Configurations.Demo("support", queue => queue with { Overflow = [rule] });

    private static NumberConfiguration Number(params string?[] values) => new("7", QueueId.Of("support"))
    {
        Routes = [.. values.Select(value => new EntryRoute(new EntryCondition(Header: "X-Class", Value: value), new RouteTarget(QueueId.Of("billing"))))],
    };

    private static CalendarConfiguration Office(IReadOnlyList<OpenHours> hours) => new() { Id = "office", TimeZone = "UTC", Hours = hours, Offsets = [new ZoneOffset(0, 0)] };

    [Theory]
    [MemberData(nameof(Findings))]
    public void It_is_found_at_its_place(string location, string text, Func<DomainConfiguration, DomainConfiguration> spoil)
    {
        DomainConfiguration configuration = spoil(Configurations.Demo());
        Assert.Empty(ConfigurationCheck.Check(configuration));

        ConfigurationMistake finding = Assert.Single(Lint(configuration));

        Assert.Equal(location, finding.Location);
        Assert.Contains(text, finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Routes_that_narrow_and_queues_that_lead_on_when_nobody_is_there_are_as_they_may_be()
    {
        DomainConfiguration demo = Configurations.Demo();
        Assert.Empty(Lint(demo with { Numbers = [.. demo.Numbers, Number("gold", "silver", null)] }));
        OverflowRule rule = new() { On = OverflowCondition.NobodyLoggedIn, To = new RouteTarget(QueueId.Of("support")) };
        Assert.Empty(Lint(Configurations.Demo("sales", queue => queue with { Needs = [new SkillLevel("sales", 9)], TimeoutMs = 0, OverflowTo = null, Overflow = [rule] })));
    }

    [Fact]
    public void A_queue_that_nobody_serves_and_that_overflows_to_one_that_is_served_is_as_it_may_be() =>
        Assert.Empty(Lint(Configurations.Demo("sales", queue => queue with { Needs = [new SkillLevel("sales", 9)] })));

    [Fact]
    public void Orders_weights_and_reserves_that_do_something_are_as_they_may_be()
    {
        Assert.Empty(Lint(Configurations.Demo("support", queue => queue with { Weight = 2 }) with
        {
            Reserves = [new ReserveConfiguration("vip", 1, [QueueId.Of("support")]), new ReserveConfiguration("gold", 2, [], 10)],
        }));
        Assert.Empty(Lint(Configurations.Demo("support", queue => queue with { ServiceLevelMs = 5_000 }) with { Order = CallOrder.Deadline, AgeingMs = 1_000 }));
    }

    [Fact]
    public void A_reject_status_matters_where_callers_wait_unanswered() =>
        Assert.Empty(Lint(Configurations.Demo("support", queue => queue with { RejectStatus = 486, Answer = AnswerMode.OnAgent })));

    [Fact]
    public void A_domain_that_nobody_may_change_by_REST_is_told()
    {
        ApiKeyConfiguration reader = new("page", new string('1', 64), ApiRole.Reader);
        Assert.Equal("apiKeys", Assert.Single(ConfigurationLint.Check(Configurations.Demo())).Location);
        Assert.Equal("apiKeys", Assert.Single(ConfigurationLint.Check(Configurations.Demo() with { ApiKeys = [reader] })).Location);
        Assert.Empty(ConfigurationLint.Check(Configurations.Demo() with { ApiKeys = [reader, Admin] }));
    }

    [Fact]
    public void A_preferred_agent_who_gets_the_calls_from_some_ring_on_is_as_it_may_be() =>
        Assert.Empty(Lint(Configurations.Demo("billing", queue => queue with { Prefer = new PreferConfiguration(AgentId.Of("alice"), 5_000), Rings = [new RingConfiguration { AfterMs = 1_000, Needs = [new SkillLevel("english", 1)] }] })));

    private static readonly ApiKeyConfiguration Admin = new("root", new string('2', 64), ApiRole.Admin);

    private static IReadOnlyList<ConfigurationMistake> Lint(DomainConfiguration configuration) =>
        ConfigurationLint.Check(configuration.ApiKeys.Count > 0 ? configuration : configuration with { ApiKeys = [Admin] });
}
