using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Configuration;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>Features that meet: holds and cool-offs, new configurations and down times, large configurations and the way back.</summary>
public sealed class Interplay
{
    [Fact]
    public void A_large_configuration_can_be_rolled_back_and_agents_who_never_had_a_row_cost_none()
    {
        TestDomain domain = new(Configurations.Demo()) { IsSelfChecked = false };
        DomainConfiguration demo = Configurations.Demo();
        Assert.True(domain.Send(new ApplyConfiguration(demo with { Agents = [.. demo.Agents, .. Enumerable.Range(0, 60_000).Select(i => Configurations.Agent($"x{i}"))] })).IsOk);
        domain.Register("x7");
        domain.Register("x8");
        domain.Reload();
        domain.Register("x9");
        Assert.True(domain.Send(new RollbackConfiguration(null, "ops")).IsOk);
        Assert.Equal(["x7", "x8", "x9"], domain.Last.Rows.Where(row => row.Bytes is null).Select(row => row.Key.Id));
        Assert.Equal(60_000, domain.Last.Events.OfType<AgentRemoved>().Count());
    }

    [Fact]
    public void A_longest_wait_that_is_new_does_not_count_the_time_that_the_domain_was_down()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Arrive("c1");
        domain.Wait(10_000);
        domain.Skip(600_000);
        domain.Reload();
        domain.Send(new Resume(600_000));
        domain.Send(new ApplyConfiguration(Configurations.Demo("support", queue => queue with { TimeoutMs = 60_000 })));
        domain.Wait(49_000);
        Assert.NotNull(domain.Call("c1"));
        domain.Wait(2_000);
        Assert.Null(domain.Call("c1"));
    }

    [Fact]
    public void A_call_is_not_held_for_an_agent_who_cools_off_for_it()
    {
        PreferConfiguration alice = new(AgentId.Of("alice"), 60_000);
        TestDomain domain = new(Configurations.Demo("sales", queue => queue with
        {
            Needs = [new SkillLevel("english", 9)],
            TimeoutMs = 5_000,
            CoolOffMs = 60_000,
            OnDecline = new OfferFailurePolicy(AgentAfterFailure.Ready, null, 0),
        }) is var demo ? demo with { Queues = [.. demo.Queues.Select(queue => queue.Id.Value == "support" ? queue with { Prefer = alice } : queue)] } : demo);
        domain.Register("alice");
        domain.Register("bob");
        domain.Arrive("c1", "3000");
        domain.Fail("c1", OfferFailure.Declined);
        domain.Wait(5_000);
        CallView call = domain.Call("c1")!;
        Assert.Equal(("support", "bob"), (call.Queue?.Value, call.Agent?.Value));
    }

    [Fact]
    public void A_calendar_answers_the_same_whether_it_was_asked_before_or_not()
    {
        long nowMs = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        long farMs = nowMs + (500L * 24 * 3600 * 1000);
        CalendarConfiguration always = new()
        {
            Id = "c",
            TimeZone = "UTC",
            Hours = [new OpenHours([.. Enum.GetValues<DayOfWeek>()], 0, 1440)],
            Holidays = [new Holiday(DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(farMs).UtcDateTime), null)],
            Offsets = [new ZoneOffset(0, 0)],
        };
        CalendarPlan asked = new(always);
        Assert.True(asked.IsOpen(nowMs));
        Assert.Equal(farMs - (12 * 3600 * 1000), asked.NextChangeMs(nowMs));
        Assert.Equal(new CalendarPlan(always).NextChangeMs(nowMs + 1), asked.NextChangeMs(nowMs + 1));
        Assert.False(asked.IsOpen(farMs));
        Assert.True(asked.IsOpen(farMs + (24 * 3600 * 1000)));
        Assert.Equal(long.MaxValue, asked.NextChangeMs(farMs + (24 * 3600 * 1000)));
    }

    [Fact]
    public void Long_chains_of_queues_are_checked_in_no_time()
    {
        DomainConfiguration demo = Configurations.Demo();
        QueueConfiguration[] chain = [.. Enumerable.Range(0, 4_000).Select(i => Configurations.Queue($"q{i}") with { TimeoutMs = 1_000, OverflowTo = QueueId.Of(i == 3_999 ? "support" : $"q{i + 1}") })];
        long began = TimeProvider.System.GetTimestamp();
        Assert.Empty(ConfigurationCheck.Check(demo with { Queues = [.. demo.Queues, .. chain] }));
        // Some milliseconds. Who walks the chain from each of its queues, and from each again, needs minutes.
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 30);
    }
}
