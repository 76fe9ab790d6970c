using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Events;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Call;
using Routing.Grains.Configuration;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>Calls that are turned away with an announcement: from a queue and as they come, to their end whoever brings it, across down times.</summary>
public sealed class Announcements
{
    private const int LengthMs = 4_000;

    /// <summary>From the beginning of the announcement to the end of the call.</summary>
    private const int PlayMs = LengthMs + CallAnnouncing.TailMs;

    private static readonly CallId C1 = CallId.Of("c1");

    [Fact]
    public void A_call_that_comes_after_hours_is_answered_hears_the_announcement_once_and_ends_with_it()
    {
        TestDomain domain = new(Closing(OverflowCondition.NobodyLoggedIn));
        domain.Arrive("c1", "3000");
        Assert.Equal([new PlayAnnouncement(C1, "sorry")], domain.Effects);
        VisitEnded visit = domain.Event<VisitEnded>();
        Assert.Equal((VisitResult.Announced, "nobody-logged-in"), (visit.Result, visit.Reason));
        CallView call = domain.Call("c1")!;
        Assert.Equal((CallState.Announcing, "sorry", domain.NowMs + PlayMs), (call.State, call.Announcement, call.AnnouncementUntilMs));
        Assert.Equal((0, 1, 0), (domain.Queue("sales").Waiting, (int)domain.Queue("sales").Announced, domain.Machine.Snapshot().Domain.Waiting));
        Assert.Equal(1, domain.Machine.Snapshot().Domain.Announcing);

        Assert.Empty(domain.Wait(PlayMs - 1));
        Assert.Equal([new EndCaller(C1, 480, "nobody-logged-in"), new ReleaseCall(C1)], domain.Wait(1));
        CallDetail detail = domain.Detail("c1");
        Assert.Equal((CallOutcome.Announced, "nobody-logged-in", "sorry", null), (detail.Call.Outcome, detail.Call.EndReason, detail.Call.Announcement, detail.Call.AnnouncementUntilMs));
        Assert.Equal((VisitResult.Announced, "nobody-logged-in"), (detail.Visits[0].Result, detail.Visits[0].Reason));
        Assert.Contains(detail.Timeline, entry => entry is { Kind: "announcement", Text: "sorry: queue sales: nobody is logged in" });
        DomainView figures = domain.Machine.Snapshot().Domain;
        Assert.Equal((1L, 1L, 0), (figures.Offered, figures.Announced, figures.Announcing));
    }

    [Fact]
    public void A_call_whose_wait_is_over_leaves_the_line_for_the_announcement_and_no_agent_is_offered_it_any_more()
    {
        TestDomain domain = new(Closing(OverflowCondition.Wait, rule => rule with { AfterMs = 5_000 }));
        domain.Arrive("c1", "3000");
        Assert.Equal([new PlayAnnouncement(C1, "sorry")], domain.Wait(5_000));
        domain.Register("carol");
        Assert.Empty(domain.Effects);
        Assert.Equal(AgentState.Ready, domain.Agent("carol").State);
        domain.Reload();
        Assert.Empty(domain.Machine.FindDefects());
        domain.Arrive("c2", "3000");
        Assert.Equal(CallId.Of("c2"), Assert.Single(domain.Effects.OfType<OfferCall>()).Call);
    }

    [Fact]
    public void A_number_may_lead_to_an_announcement_without_any_queue()
    {
        DomainConfiguration demo = Configurations.Demo() with { Announcements = [Sorry()] };
        TestDomain domain = new(demo with { Numbers = [.. demo.Numbers, new NumberConfiguration("9", null) { Otherwise = new RouteTarget(Announcement: "sorry") }] });
        domain.Arrive("c1", "9", lateOffer: true);
        Assert.Equal([new PlayAnnouncement(C1, "sorry")], domain.Effects);
        Assert.Null(domain.Call("c1")!.Queue);
        domain.Reload();
        Assert.Empty(domain.Machine.FindDefects());
        CallExplanation why = Assert.IsType<CallExplanation>(domain.Machine.Explain(new CallQuestion(C1), domain.NowMs));
        Assert.Equal((CallExplanation.Announcing, "announcement"), (why.Reason, Assert.Single(why.Timers).Name));
        domain.Wait(PlayMs);
        Assert.Equal((CallOutcome.Announced, "entry-route"), (domain.Detail("c1").Call.Outcome, domain.Detail("c1").Call.EndReason));
        Assert.Empty(domain.Detail("c1").Visits);
    }

    [Theory]
    [InlineData(CallerLeaveCause.HungUp, CallOutcome.Announced)]
    [InlineData(CallerLeaveCause.Lost, CallOutcome.Announced)]
    [InlineData(CallerLeaveCause.Cancelled, CallOutcome.Abandoned)]
    [InlineData(CallerLeaveCause.ConnectFailed, CallOutcome.Failed)]
    public void Who_hangs_up_on_it_was_turned_away_all_the_same_unless_nothing_could_be_heard(CallerLeaveCause cause, CallOutcome outcome)
    {
        TestDomain domain = new(Closing(OverflowCondition.NobodyLoggedIn));
        domain.Arrive("c1", "3000");
        domain.CallerLeaves("c1", cause);
        Assert.Equal([new ReleaseCall(C1)], domain.Effects);
        Assert.Equal(outcome, domain.Detail("c1").Call.Outcome);
        Assert.Empty(domain.Wait(10 * PlayMs));
        Assert.True(domain.CallerLeaves("c1").IsOk);
    }

    [Fact]
    public void After_a_down_time_the_call_ends_as_much_later_and_a_gateway_that_began_again_plays_it_from_the_beginning()
    {
        TestDomain domain = new(Closing(OverflowCondition.NobodyLoggedIn));
        domain.Send(new GatewayStarted(TestDomain.Gateway, 1));
        domain.Arrive("c1", "3000");
        domain.Wait(1_000);
        domain.Skip(60_000);
        domain.Reload();
        domain.Send(new Resume(60_000));
        Assert.Equal(domain.NowMs + PlayMs - 1_000, domain.Call("c1")!.AnnouncementUntilMs);
        domain.Wait(2_000);
        domain.Send(new GatewayStarted(TestDomain.Gateway, 2));
        RestoreCall restored = Assert.Single(domain.Effects.OfType<RestoreCall>());
        Assert.Equal((CallState.Announcing, true, "sorry"), (restored.State, restored.CallerAnswered, restored.Announcement));
        Assert.Empty(domain.Wait(PlayMs - 1));
        Assert.IsType<EndCaller>(domain.Wait(1)[0]);
    }

    [Fact]
    public void Under_a_gateway_that_lives_shorter_than_it_lasts_it_begins_anew_twice_and_then_goes_on_to_its_end()
    {
        const int lifeMs = 1_000;
        Assert.True(lifeMs < PlayMs / 2);
        TestDomain domain = new(Closing(OverflowCondition.NobodyLoggedIn));
        domain.Send(new GatewayStarted(TestDomain.Gateway, 1));
        domain.Arrive("c1", "3000");
        long untilMs = 0;
        for (int life = 2; life <= 4; life++)
        {
            domain.Wait(lifeMs);
            // Each life of the domain reads what the one before it stored.
            domain.Reload();
            domain.Send(new GatewayStarted(TestDomain.Gateway, life));
            Assert.Equal(life <= 3 ? 0 : lifeMs, Assert.Single(domain.Effects.OfType<RestoreCall>()).AnnouncementFromMs);
            long now = domain.Call("c1")!.AnnouncementUntilMs!.Value;
            Assert.Equal(life <= 3 ? domain.NowMs + PlayMs : untilMs, now);
            untilMs = now;
        }

        domain.Wait((int)(untilMs - domain.NowMs) - 1);
        domain.Send(new GatewayStarted(TestDomain.Gateway, 9));
        Assert.Equal(PlayMs - CallAnnouncing.TailMs, Assert.Single(domain.Effects.OfType<RestoreCall>()).AnnouncementFromMs);
        Assert.IsType<EndCaller>(domain.Wait(1)[0]);
        Assert.Equal(CallOutcome.Announced, domain.Detail("c1").Call.Outcome);
    }

    [Fact]
    public void A_new_configuration_without_queue_and_announcement_lets_the_call_end_in_its_own_time()
    {
        TestDomain domain = new(Closing(OverflowCondition.NobodyLoggedIn));
        domain.Arrive("c1", "3000");
        DomainConfiguration demo = Configurations.Demo();
        Assert.True(domain.Send(new ApplyConfiguration(demo with
        {
            Queues = [.. demo.Queues.Where(queue => queue.Id.Value != "sales")],
            Numbers = [.. demo.Numbers.Where(number => number.Number != "3000")],
        })).IsOk);
        domain.Reload();
        domain.Send(new GatewayStarted(TestDomain.Gateway, 7));
        Assert.Equal("sorry", Assert.Single(domain.Effects.OfType<RestoreCall>()).Announcement);
        domain.Wait(PlayMs);
        Assert.Equal(CallOutcome.Announced, domain.Detail("c1").Call.Outcome);
        Assert.Equal(1, domain.Machine.Snapshot().Domain.Announced);
    }

    [Fact]
    public void Gateways_are_told_the_sound_and_a_comparison_of_configurations_does_not_show_it()
    {
        TestDomain domain = new(Closing(OverflowCondition.NobodyLoggedIn));
        Assert.Equal(8 * LengthMs, Assert.Single(domain.Machine.Snapshot().Edge!.Announcements).Audio.Length);
        domain.Reload();
        Assert.Equal(8 * LengthMs, Assert.Single(domain.Machine.Snapshot().Edge!.Announcements).Audio.Length);
        DomainConfiguration louder = Closing(OverflowCondition.NobodyLoggedIn) with { Announcements = [Sorry() with { Audio = new byte[16 * LengthMs] }] };
        ConfigurationReply reply = Assert.IsType<ConfigurationReply>(domain.Send(new ApplyConfiguration(louder) { DryRun = true, Origin = ConfigurationOrigin.Operator }));
        Assert.Equal(
            [("announcements[sorry].audio", null, null), ("announcements[sorry].length", "4s", "8s")],
            reply.Changes!.Differences.Select(change => (change.Location, change.From, change.To)).Order());
    }

    [Fact]
    public void Announcements_that_cannot_be_played_or_found_are_mistakes()
    {
        DomainConfiguration good = Closing(OverflowCondition.NobodyLoggedIn);
        Assert.Empty(ConfigurationCheck.Check(good));
        Mistake(good with { Announcements = [Sorry() with { Name = "sory" }] }, "queues[sales].overflow[0].announcement", "there is no announcement 'sorry'");
        Mistake(good with { Announcements = [Sorry(), Sorry()] }, "announcements[#2].name", "there twice");
        Mistake(good with { Announcements = [Sorry(), Sorry() with { Name = "no id" }] }, "announcements[no id].name", "is no name");
        Mistake(good with { Announcements = [Sorry() with { Audio = default }] }, "announcements[sorry].file", "no sound");
        Mistake(good with { Announcements = [Sorry() with { Audio = new byte[(8 * AnnouncementConfiguration.MaxLengthMs) + 1] }] }, "announcements[sorry].file", "120001 ms");
        IEnumerable<AnnouncementConfiguration> many = Enumerable.Range(0, 5).Select(i => Sorry() with { Name = $"a{i}", Audio = new byte[8 * AnnouncementConfiguration.MaxLengthMs] });
        Mistake(good with { Announcements = [Sorry(), .. many] }, "announcements", "604 s");
        Mistake(Closing(OverflowCondition.NobodyLoggedIn, rule => rule with { To = new RouteTarget(RejectStatus: 480, Announcement: "sorry") }), "queues[sales].overflow[0]", "several places");
        Assert.Contains(ConfigurationLint.Check(good with { Announcements = [Sorry(), Sorry() with { Name = "unused" }] }), hint => hint.Location == "announcements[unused]");
        Assert.DoesNotContain(ConfigurationLint.Check(good), hint => hint.Location.StartsWith("announcements", StringComparison.Ordinal));
    }

    private static void Mistake(DomainConfiguration configuration, string location, string text)
    {
        ConfigurationMistake mistake = Assert.Single(ConfigurationCheck.Check(configuration), mistake => mistake.Location == location);
        Assert.Contains(text, mistake.Text, StringComparison.Ordinal);
    }

    private static AnnouncementConfiguration Sorry() => new() { Name = "sorry", Law = AudioLaw.Pcma, Audio = new byte[8 * LengthMs] };

    /// <summary>The demo, whose queue sales has one way out: the announcement.</summary>
    private static DomainConfiguration Closing(OverflowCondition on, Func<OverflowRule, OverflowRule>? change = null)
    {
        OverflowRule rule = new() { On = on, To = new RouteTarget(Announcement: "sorry") };
        return Configurations.Demo("sales", queue => queue with { TimeoutMs = 0, OverflowTo = null, Overflow = [change?.Invoke(rule) ?? rule] }) with { Announcements = [Sorry()] };
    }
}
