using System.Text.Json;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Contracts.Serialization;
using Routing.Contracts.Views;
using Routing.Grains.Call;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>A lent agent who did not take a call is left in peace by it for as long as their own queue says, whatever the call does at home meanwhile.</summary>
public sealed class LentCoolOffs
{
    private const int CoolOffMs = 3_000;

    private static readonly DomainId There = DomainId.Of("there");

    [Theory]
    [InlineData(OfferFailure.Declined)]
    [InlineData(OfferFailure.NoAnswer)]
    [InlineData(OfferFailure.Unreachable)]
    public void An_agent_at_home_who_is_rung_in_between_does_not_bring_back_the_lent_one_before_their_time(OfferFailure failure)
    {
        TwoDomains both = FailedTwice(failure);
        Assert.Equal((CallState.Waiting, 2), (both.Home.Call("c0")!.State, both.Home.Call("c0")!.Offers));
        Assert.Equal((AgentState.Ready, CallState.Waiting), (both.There.Agent("a").State, both.There.Call("home:c0:2")!.State));

        both.Home.Reload();
        both.There.Reload();
        both.Wait(CoolOffMs - 501);
        both.Settle();
        Assert.Equal(2, both.Home.Call("c0")!.Offers);
        both.Wait(1);
        both.Settle();
        Assert.Equal((CallState.Ringing, "a@there", 3), (both.Home.Call("c0")!.State, both.Home.Call("c0")!.Agent?.Value, both.Home.Call("c0")!.Offers));
        Assert.Equal("cool-off-ended", Assert.Single(both.There.Detail("home:c0:2").Offers).Why.Trigger);
    }

    [Fact]
    public void Another_agent_of_the_lender_is_rung_meanwhile()
    {
        TwoDomains both = FailedTwice(OfferFailure.Declined);
        both.Do(both.There, there => there.Register("b"));
        both.Settle();
        Assert.Equal(("b@there", AgentState.Ready), (both.Home.Call("c0")!.Agent?.Value, both.There.Agent("a").State));
    }

    [Fact]
    public void Another_call_is_served_by_the_agent_meanwhile()
    {
        TwoDomains both = FailedTwice(OfferFailure.Declined);
        both.Do(both.Home, home => home.SetState("b", AgentMode.NotReady));
        both.Do(both.Home, home => home.Arrive("c1"));
        both.Settle();
        Assert.Equal((CallState.Waiting, "a@there"), (both.Home.Call("c0")!.State, both.Home.Call("c1")!.Agent?.Value));
    }

    [Fact]
    public void The_record_and_the_explanation_of_the_guest_say_who_is_passed_over()
    {
        TwoDomains both = FailedTwice(OfferFailure.Declined);
        Assert.Contains(both.There.Detail("home:c0:2").Timeline, entry => entry is { Kind: "passes-over", Text: "a: rung for this call in an earlier attempt" });
        CallExplanation why = Assert.IsType<CallExplanation>(both.There.Machine.Explain(new CallQuestion(CallId.Of("home:c0:2")), both.There.NowMs));
        Assert.Equal(CallExplanation.PassedOver, why.Reason);
        Assert.Contains(why.Agents, group => group.Reason == "cool-off" && group.First.Contains(AgentId.Of("a")));
    }

    [Fact]
    public void The_queue_of_the_lender_says_how_long_and_not_that_of_the_call()
    {
        TwoDomains both = FailedTwice(OfferFailure.Declined, coolOffMs: 0);
        Assert.Equal(("a@there", 3), (both.Home.Call("c0")!.Agent?.Value, both.Home.Call("c0")!.Offers));
    }

    [Fact]
    public void A_cool_off_outlives_an_overflow_as_that_of_an_agent_at_home_does()
    {
        TwoDomains both = new(Borrowing("q"), Lending(CoolOffMs));
        DomainConfiguration home = both.Home.Machine.State.Plan.Configuration;
        DomainConfiguration leading = home with { Queues = [home.Queues[0] with { TimeoutMs = 1_000, OverflowTo = QueueId.Of("q2") }, Borrowing("q2")] };
        Assert.True(both.Do(both.Home, domain => domain.Send(new ApplyConfiguration(leading))).IsOk);
        both.Do(both.Home, domain => domain.Register("b"));
        both.Do(both.There, there => there.Register("a"));
        both.Do(both.Home, domain => domain.SetState("b", AgentMode.NotReady));
        both.Do(both.Home, domain => domain.Arrive("c0"));
        both.Settle();
        both.Do(both.Home, domain => domain.SetState("b", AgentMode.Ready));
        both.Wait(500);
        both.Do(both.Home, domain => domain.Fail("c0", OfferFailure.Declined));
        both.Settle();
        both.Wait(500);
        both.Do(both.Home, domain => domain.Fail("c0", OfferFailure.Declined, 2));
        both.Settle();
        Assert.Equal(("q2", CallState.Waiting), (both.Home.Call("c0")!.Queue?.Value, both.Home.Call("c0")!.State));
        Assert.Equal(AgentState.Ready, both.There.Agent("a").State);
        both.Wait(CoolOffMs - 500);
        both.Settle();
        Assert.Equal("a@there", both.Home.Call("c0")!.Agent?.Value);
    }

    [Fact]
    public void A_call_that_came_again_by_another_gateway_keeps_them()
    {
        TwoDomains both = new(Borrowing("q"), Lending(CoolOffMs));
        both.Do(both.There, there => there.Register("a"));
        both.Do(both.Home, home => Arrive(home, "c0", TestDomain.Gateway));
        both.Settle();
        both.Do(both.Home, home => home.Fail("c0", OfferFailure.Declined));
        both.Settle();
        both.Do(both.Home, home => Arrive(home, "c1", GatewayId.Of("gw2")));
        both.Settle();
        Assert.Equal((CallState.Waiting, AgentState.Ready), (both.Home.Call("c1")!.State, both.There.Agent("a").State));
        both.Wait(CoolOffMs);
        both.Settle();
        Assert.Equal("a@there", both.Home.Call("c1")!.Agent?.Value);
    }

    [Fact]
    public void An_agent_at_home_who_has_the_name_of_a_lent_one_is_another_person()
    {
        TwoDomains both = new(Borrowing("q"), Lending(CoolOffMs));
        DomainConfiguration home = both.Home.Machine.State.Plan.Configuration;
        Assert.True(both.Do(both.Home, domain => domain.Send(new ApplyConfiguration(home with { Agents = [.. home.Agents, home.Agents[0] with { Id = AgentId.Of("a@there"), SipUser = "namesake" }] }))).IsOk);
        both.Do(both.There, there => there.Register("a"));
        both.Do(both.Home, domain => domain.Arrive("c0"));
        both.Settle();
        both.Do(both.Home, domain => domain.Fail("c0", OfferFailure.Declined));
        both.Settle();
        both.Do(both.Home, domain => domain.Register("a@there"));
        Assert.Equal((CallState.Ringing, null), (both.Home.Call("c0")!.State, both.Home.Call("c0")!.Lender));
    }

    [Fact]
    public void The_last_one_counts_when_the_lender_was_configured_anew_meanwhile()
    {
        TwoDomains both = new(Borrowing("q"), Lending(60_000));
        both.Do(both.There, there => there.Register("a"));
        both.Do(both.Home, home => home.Arrive("c0"));
        both.Settle();
        DomainConfiguration there = both.There.Machine.State.Plan.Configuration;
        Assert.True(both.Do(both.There, domain => domain.Send(new ApplyConfiguration(there with { Queues = [Lending(0)] }))).IsOk);
        both.Do(both.Home, home => home.Fail("c0", OfferFailure.Declined));
        both.Settle();
        Assert.Equal(("a@there", 2), (both.Home.Call("c0")!.Agent?.Value, both.Home.Call("c0")!.Offers));
        both.Do(both.Home, home => home.Register("b"));
        both.Do(both.Home, home => home.Fail("c0", OfferFailure.Declined, 2));
        both.Do(both.Home, home => home.Fail("c0", OfferFailure.Declined, 3));
        Assert.Empty(both.Waiting(both.Home).OfType<SeekAgent>().Last().CoolOffs);
    }

    [Fact]
    public void Only_the_newest_are_told()
    {
        TwoDomains both = new(Borrowing("q"), Lending(CoolOffMs));
        both.Do(both.Home, home => home.Arrive("c0"));
        const int Count = SeekAgent.MaxCoolOffsCount + 5;
        for (int i = 1; i <= Count; i++)
        {
            int loan = i;
            both.Do(both.Home, home => home.Send(new PeerSaid(There, loan, loan, Loan(home, $"x{loan}", loan))));
            both.Do(both.Home, home => home.Fail("c0", OfferFailure.Declined, loan));
        }

        both.Do(both.Home, home => home.Register("b"));
        both.Do(both.Home, home => home.Fail("c0", OfferFailure.Declined, Count + 1));
        SeekAgent seek = both.Waiting(both.Home).OfType<SeekAgent>().Last();
        Assert.Equal(Enumerable.Range(0, SeekAgent.MaxCoolOffsCount).Select(static i => new AgentCoolOff(AgentId.Of($"x{Count - i}"), CoolOffMs)), seek.CoolOffs);
    }

    [Fact]
    public void Only_so_many_are_heard_and_none_that_is_over()
    {
        TwoDomains both = new(Borrowing("q"), Lending(CoolOffMs));
        IEnumerable<AgentCoolOff> told = Enumerable.Range(0, 100).Select(static i => new AgentCoolOff(AgentId.Of($"x{i}"), i == 1 ? 0 : CoolOffMs));
        SeekAgent seek = new(CallId.Of("c0"), 1) { Queue = QueueId.Of("x"), Priority = 0, ArrivedMs = both.There.NowMs, CoolOffs = [.. told] };
        both.Do(both.There, there => there.Send(new PeerSaid(both.Home.Id, 1, 1, seek)));
        List<CoolOffRecord> kept = both.There.Machine.State.Calls[CallId.Of("home:c0:1")].Record.CoolOffs;
        Assert.Equal(SeekAgent.MaxCoolOffsCount - 1, kept.Count);
        Assert.DoesNotContain(kept, static coolOff => coolOff.Agent.Value == "x1");
    }

    [Theory]
    [InlineData("""{"type":"seekAgent","call":"c0","attempt":1,"queue":"x","priority":0,"arrivedMs":5}""")]
    [InlineData("""{"type":"seekAgent","call":"c0","attempt":1,"queue":"x","priority":0,"arrivedMs":5,"coolOffs":null,"ofALaterRelease":[{"a":1}]}""")]
    public void A_message_of_another_release_is_understood(string json) =>
        Assert.Empty(Assert.IsType<SeekAgent>(JsonSerializer.Deserialize(json, ContractsJson.Default.PeerMessage)).CoolOffs);

    [Fact]
    public void What_is_told_survives_the_way()
    {
        SeekAgent seek = new(CallId.Of("c0"), 2) { Queue = QueueId.Of("x"), Priority = 0, ArrivedMs = 5, CoolOffs = [new AgentCoolOff(AgentId.Of("a"), 2_500)] };
        PeerMessage? read = JsonSerializer.Deserialize(JsonSerializer.Serialize(seek, ContractsJson.Default.PeerMessage), ContractsJson.Default.PeerMessage);
        Assert.Equal(seek.CoolOffs, Assert.IsType<SeekAgent>(read).CoolOffs);
    }

    /// <summary>A lent agent does not take the call, and half a second later an agent at home does not either, so that it asks the other domain again.</summary>
    private static TwoDomains FailedTwice(OfferFailure failure, int coolOffMs = CoolOffMs)
    {
        TwoDomains both = new(Borrowing("q"), Lending(coolOffMs));
        both.Do(both.Home, home => home.Arrive("c0"));
        both.Settle();
        both.Do(both.There, there => there.Register("a"));
        both.Settle();
        both.Do(both.Home, home => home.Register("b"));
        Assert.Equal("a@there", both.Home.Call("c0")!.Agent?.Value);
        both.Home.Reload();
        both.Do(both.Home, home => home.Fail("c0", failure));
        both.Home.Reload();
        Assert.Equal("b", both.Home.Call("c0")!.Agent?.Value);
        both.Settle();
        both.Wait(500);
        both.Do(both.Home, home => home.Fail("c0", OfferFailure.Declined, 2));
        both.Settle();
        return both;
    }

    private static QueueConfiguration Borrowing(string queue) => new() { Id = QueueId.Of(queue), Name = queue, Borrow = [new BorrowRule(There, QueueId.Of("x"))], CoolOffMs = 60_000 };

    private static QueueConfiguration Lending(int coolOffMs)
    {
        OfferFailurePolicy ready = new(AgentAfterFailure.Ready, null, 0);
        return new QueueConfiguration { Id = QueueId.Of("x"), Name = "x", Guests = [DomainId.Of("home")], CoolOffMs = coolOffMs, OnNoAnswer = ready, OnUnreachable = ready, OnDecline = ready };
    }

    private static LendAgent Loan(TestDomain home, string agent, int loan) => new(CallId.Of("c0"), 1)
    {
        Loan = loan,
        Agent = AgentId.Of(agent),
        Name = agent,
        SipUser = agent,
        Targets = [],
        RingTimeoutMs = 15_000,
        CoolOffMs = CoolOffMs,
        UntilMs = home.NowMs + 45_000,
    };

    private static void Arrive(TestDomain domain, string call, GatewayId gateway) => domain.Send(new CallArrived
    {
        Call = CallId.Of(call),
        Gateway = gateway,
        Dnis = "1000",
        Ani = "+4930124",
        Leg = TestDomain.Leg("caller"),
        Invite = "invite",
    });
}
