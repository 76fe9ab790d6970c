using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Contracts.Views;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>What two domains told each other can be lost for good; an interval later they agree again, and nobody is reserved for nothing.</summary>
public sealed class LostMessages
{
    private const string Guest = "home:c0:1";

    [Fact]
    public void A_lost_end_of_an_attempt_is_said_again_when_an_agent_is_lent_for_it()
    {
        TwoDomains both = new();
        both.Do(both.Home, home => home.Arrive("c0"));
        both.Settle();
        both.Do(both.Home, home => home.CallerLeaves("c0"));
        Assert.IsType<StopSeeking>(both.Lose(both.Home));
        both.Do(both.There, there => there.Register("a"));
        Assert.IsType<LendAgent>(Assert.Single(both.Waiting(both.There)));
        both.Deliver(both.There);
        both.Deliver(both.Home);
        Assert.Empty(both.Waiting(both.There));
        Assert.Equal((AgentState.Ready, 0), (both.There.Agent("a").State, both.There.Queue("x").GuestsWaiting));
    }

    [Fact]
    public void A_guest_whose_attempt_ended_unheard_goes_when_home_is_asked()
    {
        TwoDomains both = new();
        both.Do(both.Home, home => home.Arrive("c0"));
        both.Settle();
        both.Do(both.Home, home => home.CallerLeaves("c0"));
        both.Lose(both.Home);
        both.There.Reload();
        both.Wait(60_000);
        both.Settle();
        Assert.Equal((0, 1L), (both.There.Queue("x").GuestsWaiting, both.There.Queue("x").GuestsReturned));
    }

    [Fact]
    public void A_guest_that_counts_stays_when_home_is_asked()
    {
        TwoDomains both = new();
        both.Do(both.Home, home => home.Arrive("c0"));
        both.Settle();
        both.Wait(180_000);
        both.Settle();
        Assert.Equal(1, both.There.Queue("x").GuestsWaiting);
        Assert.Equal(1, Assert.Single(both.Home.Call("c0")!.Seeks!).Attempt);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_lost_end_of_a_conversation_costs_its_agent_an_interval(bool isSecondCallOn)
    {
        TwoDomains both = Talking();
        both.Do(both.Home, home => home.CallerLeaves("c0"));
        Assert.IsType<LoanEnded>(both.Lose(both.Home));
        if (isSecondCallOn)
        {
            both.Do(both.Home, home => home.Arrive("c1"));
        }

        both.Wait(59_999);
        both.Settle();
        Assert.Equal(AgentState.Talking, both.There.Agent("a").State);
        both.There.Reload();
        both.Wait(1);
        both.Settle();
        Assert.Equal((AgentState.WrapUp, 1L), (both.There.Agent("a").State, both.There.Queue("x").GuestsAnswered));
    }

    [Fact]
    public void After_a_down_time_of_the_lender_home_is_asked_at_once()
    {
        TwoDomains both = Talking();
        both.Do(both.Home, home => home.CallerLeaves("c0"));
        both.Lose(both.Home);
        both.Do(both.There, there => there.Send(new Resume(2_000)));
        both.Settle();
        Assert.Equal(AgentState.WrapUp, both.There.Agent("a").State);
    }

    [Fact]
    public void A_conversation_that_is_on_goes_on_when_home_is_asked()
    {
        TwoDomains both = Talking();
        both.Wait(240_000);
        both.Settle();
        Assert.Equal((AgentState.Talking, CallState.Talking), (both.There.Agent("a").State, both.Home.Call("c0")!.State));
    }

    [Fact]
    public void A_call_asks_again_when_its_question_was_lost()
    {
        TwoDomains both = new();
        both.Do(both.Home, home => home.Arrive("c0"));
        Assert.IsType<SeekAgent>(both.Lose(both.Home));
        both.Do(both.There, there => there.Register("a"));
        both.Home.Reload();
        both.Wait(60_000);
        both.Settle();
        Assert.Equal(("a@there", CallState.Ringing), (both.Home.Call("c0")!.Agent?.Value, both.Home.Call("c0")!.State));
    }

    [Fact]
    public void A_call_asks_again_when_the_refusal_was_lost()
    {
        TwoDomains both = new(there: new QueueConfiguration { Id = QueueId.Of("x"), Name = "x" });
        both.Do(both.Home, home => home.Arrive("c0"));
        both.Deliver(both.Home);
        Assert.IsType<SeekRefused>(both.Lose(both.There));
        both.Wait(60_000);
        both.Settle();
        SeekView seek = Assert.Single(both.Home.Call("c0")!.Seeks!);
        Assert.Equal((2, RefusalReason.NotAGuest), (seek.Attempt, seek.Reason));
    }

    [Fact]
    public void A_domain_that_is_nowhere_is_not_told_ever_more_and_is_asked_now_and_then_whether_it_is_back()
    {
        TwoDomains both = new();
        for (int i = 0; i < 600; i++)
        {
            both.Do(both.Home, home => home.Arrive($"c{i}"));
            both.Do(both.Home, home => home.CallerLeaves($"c{i}"));
        }

        int told = both.Waiting(both.Home).Count();
        Assert.InRange(told, 1_000, 1_010);
        both.Do(both.Home, home => home.Arrive("last"));
        SeekView seek = Assert.Single(both.Home.Call("last")!.Seeks!);
        Assert.Equal((SeekState.Refused, RefusalReason.PeerSilent), (seek.State, seek.Reason));
        both.Home.Reload();
        both.Wait(29_999);
        Assert.Equal(told, both.Waiting(both.Home).Count());
        both.Wait(1);
        Assert.IsType<CheckSeek>(both.Waiting(both.Home).Last());
        both.Settle();
        both.Do(both.Home, home => home.Arrive("next"));
        Assert.Equal(SeekState.Open, Assert.Single(both.Home.Call("next")!.Seeks!).State);
    }

    [Fact]
    public void A_domain_that_is_there_and_has_nobody_free_is_asked_by_any_number_of_calls()
    {
        TwoDomains both = new();
        for (int i = 0; i < 1_200; i++)
        {
            both.Do(both.Home, home => home.Arrive($"c{i}"));
            both.Do(both.Home, home => home.CallerLeaves($"c{i}"));
            both.Settle();
        }

        both.Do(both.Home, home => home.Arrive("last"));
        Assert.Equal(SeekState.Open, Assert.Single(both.Home.Call("last")!.Seeks!).State);
    }

    [Fact]
    public void An_agent_whose_home_call_is_of_a_domain_that_went_away_is_freed_by_hand()
    {
        TwoDomains both = Talking();
        both.Wait(120_000);
        both.Do(both.There, there => there.SetState("a", AgentMode.NotReady, "stuck"));
        Assert.Equal(AgentState.Talking, both.There.Agent("a").State);
        both.Wait(1);
        both.Do(both.There, there => there.SetState("a", AgentMode.NotReady, "stuck"));
        Assert.Equal((AgentState.NotReady, 1L), (both.There.Agent("a").State, both.There.Queue("x").GuestsAnswered));
        Assert.Null(both.There.Call(Guest));
    }

    [Fact]
    public void A_call_that_has_the_name_of_a_guest_is_not_told_what_another_domain_says()
    {
        TwoDomains both = new();
        both.Do(both.There, there => there.Arrive(Guest));
        both.Do(both.There, there => there.Send(new PeerSaid(both.Home.Id, 1, 1, new StopSeeking(CallId.Of("c0"), 1, "any"))));
        Assert.Equal(CallState.Waiting, both.There.Call(Guest)!.State);
    }

    /// <summary>Each of many messages may be lost, whatever it is; when no more are, both domains agree within two intervals.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Whatever_is_lost_agents_come_free_and_guests_go(int seed)
    {
        Random random = new(seed);
        TwoDomains both = new();
        for (int i = 0; i < 150; i++)
        {
            both.Do(both.There, there => there.Register(random.Next(2) == 0 ? "a" : "b"));
            both.Do(both.There, there => there.SetState("a", AgentMode.Ready));
            both.Do(both.Home, home => home.Arrive($"c{i}"));
            Exchange(both, random);
            foreach (CallView call in both.Home.Machine.Snapshot().Calls)
            {
                int what = random.Next(4);
                if (what == 0)
                {
                    both.Do(both.Home, home => home.CallerLeaves(call.Id.Value));
                }
                else if (what == 1 && call.State == CallState.Ringing)
                {
                    both.Do(both.Home, home => home.Answer(call.Id.Value, call.Offers));
                }

                Exchange(both, random);
            }

            both.Wait(random.Next(20_000));
        }

        foreach (CallView call in both.Home.Machine.Snapshot().Calls)
        {
            both.Do(both.Home, home => home.CallerLeaves(call.Id.Value));
        }

        for (int i = 0; i < 4; i++)
        {
            both.Settle();
            both.Wait(60_000);
        }

        DomainView there = both.There.Machine.Snapshot().Domain;
        Assert.Equal((0, 0), (there.GuestsWaiting, there.GuestsTalking));
        Assert.All(both.There.Machine.Snapshot().Agents, agent => Assert.Contains(agent.State, (AgentState[])[AgentState.Ready, AgentState.NotReady, AgentState.LoggedOut]));
    }

    private static void Exchange(TwoDomains both, Random random)
    {
        while (both.Waiting(both.Home).Any() || both.Waiting(both.There).Any())
        {
            TestDomain from = both.Waiting(both.Home).Any() ? both.Home : both.There;
            if (random.Next(5) == 0)
            {
                both.Lose(from);
            }
            else
            {
                both.Deliver(from);
            }
        }
    }

    /// <summary>A caller at home talks to agent a of the other domain.</summary>
    private static TwoDomains Talking()
    {
        TwoDomains both = new();
        both.Do(both.There, there => there.Register("a"));
        both.Do(both.Home, home => home.Arrive("c0"));
        both.Settle();
        both.Do(both.Home, home => home.Answer("c0"));
        both.Settle();
        Assert.Equal(AgentState.Talking, both.There.Agent("a").State);
        return both;
    }
}
