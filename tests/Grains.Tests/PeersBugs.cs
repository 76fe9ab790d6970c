using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Domain;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>What users of other routers report year after year, each as it would look here. Others stand where their subject is tested (README.md lists all).</summary>
public sealed class PeersBugs
{
    private const int WrapUpMs = 30_000;

    /// <summary>asterisk#1006: wrap-up ended early for a member of six queues. Peers' bug 3.</summary>
    [Fact]
    public void Peers_3_wrap_up_of_one_queue_keeps_the_agent_from_the_calls_of_all_others()
    {
        TestDomain domain = new(OneAgentIn(6, queue => queue.Id.Value == "q0" ? queue with { WrapUpMs = WrapUpMs } : queue));
        domain.Register("agent");
        domain.Arrive("c0", "0");
        domain.Answer("c0");
        for (int i = 0; i < 6; i++)
        {
            domain.Arrive($"waiting{i}", $"{i}");
        }

        domain.CallerLeaves("c0");
        Assert.DoesNotContain(domain.Effects.Concat(domain.Wait(WrapUpMs - 1)), effect => effect is OfferCall);
        Assert.Equal(AgentState.WrapUp, domain.Agent("agent").State);
        Assert.Equal("waiting0", Assert.Single(domain.Wait(1).OfType<OfferCall>()).Call.Value);
    }

    /// <summary>asterisk#607: an unusual end of the call (a transfer) reset the end of the last call, and wrap-up was lost. Peers' bug 4.</summary>
    [Theory]
    [InlineData("caller-hangs-up")]
    [InlineData("agent-hangs-up")]
    [InlineData("caller-lost")]
    [InlineData("agent-lost")]
    [InlineData("restart-before")]
    [InlineData("restart-after")]
    [InlineData("new-configuration")]
    [InlineData("phone-refreshed")]
    public void Peers_4_however_a_conversation_ends_and_whatever_happens_beside_it_wrap_up_follows_in_full(string how)
    {
        DomainConfiguration configuration = OneAgentIn(1, queue => queue with { WrapUpMs = WrapUpMs });
        TestDomain domain = new(configuration);
        domain.Register("agent");
        domain.Arrive("c0", "0");
        domain.Answer("c0");
        domain.Wait(90_000);
        Beside(before: true);
        switch (how)
        {
            case "agent-hangs-up":
                domain.AgentHangsUp("c0");
                break;
            case "caller-lost":
                domain.CallerLeaves("c0", CallerLeaveCause.Lost);
                break;
            case "agent-lost":
                domain.AgentHangsUp("c0", 1, AgentLegEndCause.Lost);
                break;
            default:
                domain.CallerLeaves("c0");
                break;
        }

        Beside(before: false);
        domain.Arrive("c1", "0");
        domain.Wait(WrapUpMs - 1);
        Assert.Equal((AgentState.WrapUp, CallState.Waiting), (domain.Agent("agent").State, domain.Call("c1")!.State));
        domain.Wait(1);
        Assert.Equal((AgentState.Offered, domain.NowMs), (domain.Agent("agent").State, domain.Agent("agent").IdleSinceMs));

        void Beside(bool before)
        {
            if (how == (before ? "restart-before" : "restart-after"))
            {
                domain.Reload();
                domain.Send(new GatewayStarted(TestDomain.Gateway, 7));
            }
            else if (how == "new-configuration")
            {
                domain.Send(new ApplyConfiguration(configuration with { AgeingMs = before ? 1_000 : 2_000 }));
            }
            else if (how == "phone-refreshed")
            {
                domain.Register("agent");
            }
        }
    }

    /// <summary>asterisk#1972: a reload of the queues told the state of every member of every queue again. Peers' bug 8.</summary>
    [Fact]
    public void Peers_8_a_new_configuration_writes_and_tells_what_it_changes_and_no_more()
    {
        Assert.Equal(ToldWith(10), ToldWith(400));

        static (int Rows, string Events, int Effects) ToldWith(int queues)
        {
            DomainConfiguration configuration = OneAgentIn(queues, queue => queue);
            configuration = configuration with { Agents = [.. Enumerable.Range(0, queues).Select(i => Configurations.Agent($"a{i}", ("s", 1)))] };
            TestDomain domain = new(configuration) { IsSelfChecked = false };
            for (int i = 0; i < 10; i++)
            {
                domain.Register($"a{i}");
            }

            domain.Send(new ApplyConfiguration(configuration with { Queues = [configuration.Queues[0] with { Name = "another" }, .. configuration.Queues.Skip(1)] }));
            return (domain.Last.Rows.Count, string.Join(' ', domain.Last.Events.Select(e => e.GetType().Name)), domain.Last.Effects.Count);
        }
    }

    /// <summary>asterisk#66: the reason of a pause was lost by a restart. Peers' bug 9.</summary>
    [Fact]
    public void Peers_9_the_reason_of_not_ready_outlives_a_restart_and_a_registration()
    {
        TestDomain domain = new(OneAgentIn(1, queue => queue));
        domain.Register("agent");
        domain.SetState("agent", AgentMode.NotReady, "training");
        long sinceMs = domain.NowMs;
        domain.Skip(5_000);
        domain.Reload();
        domain.Send(new Resume(5_000));
        domain.Send(new GatewayStarted(TestDomain.Gateway, 7));
        domain.Register("agent");
        AgentView agent = domain.Agent("agent");
        Assert.Equal((AgentState.NotReady, "training", sinceMs), (agent.State, agent.Reason, agent.SinceMs));
    }

    /// <summary>asterisk#393: the event of a call's end was missing or late, with a wrong reason and talk time. Peers' bug 11.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void Peers_11_the_end_of_a_conversation_is_told_once_in_its_own_turn_with_the_time_of_talk(bool byCaller, bool reloads)
    {
        TestDomain domain = new(OneAgentIn(1, queue => queue with { WrapUpMs = WrapUpMs }));
        domain.Register("agent");
        domain.Arrive("c0", "0");
        domain.Wait(3_000);
        domain.Answer("c0");
        Assert.Equal((VisitResult.Served, 3_000L), (domain.Event<VisitEnded>().Result, domain.Event<VisitEnded>().WaitedMs));
        domain.Wait(61_234);
        if (reloads)
        {
            domain.Reload();
        }

        End(byCaller);
        CallView ended = domain.Event<CallChanged>().Call;
        Assert.Equal((CallState.Ended, CallOutcome.Answered, 61_234L), (ended.State, ended.Outcome, ended.EndedMs - ended.AnsweredMs));
        Assert.Contains(byCaller ? "caller" : "agent", domain.Detail("c0").Timeline[^1].Text, StringComparison.Ordinal);

        // The other side's BYE crosses it, and the timers of later turns come: nothing is told of the call again.
        End(!byCaller);
        Assert.DoesNotContain(domain.Last.Events, e => e is CallChanged or VisitEnded or OfferEnded);
        domain.Wait(WrapUpMs);
        Assert.DoesNotContain(domain.Last.Events, e => e is CallChanged or VisitEnded or OfferEnded);
        Assert.Equal((1L, 0), (domain.Queue("q0").Answered, domain.Queue("q0").Talking));

        void End(bool caller)
        {
            if (caller)
            {
                domain.CallerLeaves("c0");
            }
            else
            {
                domain.AgentHangsUp("c0");
            }
        }
    }

    /// <summary>freeswitch#1973: members stayed "answered" for hours when messages of agent and member crossed. Peers' bug 21.</summary>
    [Fact]
    public void Peers_21_in_whatever_order_the_ends_of_a_call_cross_it_is_over_and_its_agent_free()
    {
        string[] steps = ["answered", "agent-ends", "caller-leaves", "failed", "ring-timer"];
        foreach (string[] order in Permutations(steps))
        {
            TestDomain domain = new(OneAgentIn(1, queue => queue with { OnNoAnswer = new OfferFailurePolicy(AgentAfterFailure.Ready, null, 0) }));
            domain.Register("agent");
            domain.Arrive("c0", "0");
            TimerDue ring = domain.Machine.NextTimer!;
            foreach (string step in order)
            {
                switch (step)
                {
                    case "answered":
                        domain.Answer("c0");
                        break;
                    case "agent-ends":
                        domain.AgentHangsUp("c0");
                        break;
                    case "caller-leaves":
                        domain.CallerLeaves("c0");
                        break;
                    case "failed":
                        domain.Fail("c0", OfferFailure.Declined);
                        break;
                    default:
                        domain.Skip(15_000);
                        domain.Send(ring);
                        break;
                }
            }

            string what = string.Join(", ", order);
            Assert.True(domain.Call("c0") is null, what);
            Assert.True(domain.Agent("agent").State == AgentState.Ready, $"{domain.Agent("agent").State} after {what}");
            DomainView view = domain.Machine.Snapshot().Domain;
            Assert.True((view.Waiting, view.Talking, view.Offered) == (0, 0, 1), what);
        }
    }

    /// <summary>opensips#2679: freed agents waited for the last agent's wrap-up before any call moved. Peers' bug 26.</summary>
    [Fact]
    public void Peers_26_each_agent_takes_a_call_when_their_own_wrap_up_is_over()
    {
        DomainConfiguration configuration = OneAgentIn(2, queue => queue with { WrapUpMs = queue.Id.Value == "q0" ? WrapUpMs : 5_000 });
        TestDomain domain = new(configuration with { Agents = [Configurations.Agent("a", ("s", 1)), Configurations.Agent("b", ("s", 1))] });
        domain.Register("a");
        domain.Register("b");
        domain.Arrive("long", "0");
        domain.Arrive("short", "1");
        domain.Answer("long");
        domain.Answer("short");
        domain.Arrive("c2", "0");
        domain.Arrive("c3", "0");
        domain.CallerLeaves("long");
        domain.CallerLeaves("short");
        OfferCall first = Assert.Single(domain.Wait(5_000).OfType<OfferCall>());
        Assert.Equal(("b", "c2"), (first.Agent.Value, first.Call.Value));
        domain.Answer("c2");
        OfferCall second = Assert.Single(domain.Wait(WrapUpMs - 5_000).OfType<OfferCall>());
        Assert.Equal(("a", "c3"), (second.Agent.Value, second.Call.Value));
    }

    /// <summary>chatwoot#10583, #10685: what waited was not assigned when capacity came free or agents came back, and a newer one overtook it. Peers' bug 32.</summary>
    [Theory]
    [InlineData("registers")]
    [InlineData("becomes-ready")]
    [InlineData("hangs-up")]
    [InlineData("wrap-up-ends")]
    [InlineData("declines-another")]
    public void Peers_32_whoever_becomes_free_takes_at_once_who_has_waited_longest(string how)
    {
        TestDomain domain = new(OneAgentIn(2, queue => queue with { WrapUpMs = how == "wrap-up-ends" ? WrapUpMs : 0 }));
        if (how != "registers")
        {
            domain.Register("agent");
            domain.Arrive("before", "1");
        }

        if (how is "hangs-up" or "wrap-up-ends")
        {
            domain.Answer("before");
        }
        else if (how == "becomes-ready")
        {
            domain.SetState("agent", AgentMode.NotReady);
            domain.CallerLeaves("before");
        }

        for (int i = 0; i < 3; i++)
        {
            domain.Wait(1_000);
            domain.Arrive($"c{i}", $"{i % 2}");
            Assert.DoesNotContain(domain.Effects, effect => effect is OfferCall);
        }

        List<Effect> effects = [];
        switch (how)
        {
            case "registers":
                domain.Register("agent");
                break;
            case "becomes-ready":
                domain.SetState("agent", AgentMode.Ready);
                break;
            case "declines-another":
                domain.Fail("before", OfferFailure.Declined);
                break;
            default:
                domain.CallerLeaves("before");
                effects = how == "wrap-up-ends" ? domain.Wait(WrapUpMs) : effects;
                break;
        }

        Assert.Equal("c0", Assert.Single(domain.Effects.Concat(effects).OfType<OfferCall>().Distinct()).Call.Value);
    }

    /// <summary>Genesys: a limit on evaluations of the best skill delayed calls. Peers' bug 36.</summary>
    [Fact]
    public void Peers_36_of_any_number_of_calls_in_one_moment_each_has_the_best_agent_in_its_own_turn()
    {
        DomainConfiguration configuration = OneAgentIn(1, queue => queue with { Strategy = AgentStrategy.MostSkilled });
        TestDomain domain = new(configuration with { Agents = [.. Enumerable.Range(0, 500).Select(i => Configurations.Agent($"a{i:000}", ("s", 1 + (i % 10))))] }) { IsSelfChecked = false };
        for (int i = 0; i < 500; i++)
        {
            domain.Register($"a{i:000}");
        }

        int[] levels = new int[11];
        for (int i = 0; i < 500; i++)
        {
            domain.Arrive($"c{i}", "0");
            OfferCall offer = Assert.Single(domain.Effects.OfType<OfferCall>());
            int level = 1 + (int.Parse(offer.Agent.Value.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture) % 10);
            Assert.Equal(10 - (i / 50), level);
            levels[level]++;
        }

        Assert.All(levels.Skip(1), count => Assert.Equal(50, count));
    }

    /// <summary>Twilio: tasks stuck pending, reserved or assigned after their call had ended, to be mended by hand. Peers' bug 40.</summary>
    [Theory]
    [InlineData("waiting")]
    [InlineData("ringing")]
    [InlineData("declined")]
    [InlineData("overflowed")]
    [InlineData("talking")]
    [InlineData("left-by-agent")]
    public void Peers_40_an_ended_call_leaves_no_offer_timer_or_row_of_its_own(string state)
    {
        TestDomain domain = new(OneAgentIn(2, queue => queue.Id.Value == "q1" ? queue with { Needs = [new SkillLevel("s", 9)], TimeoutMs = 5_000, OverflowTo = QueueId.Of("q0") } : queue));
        if (state is not ("waiting" or "overflowed"))
        {
            domain.Register("agent");
        }

        domain.Arrive("c0", state == "overflowed" ? "1" : "0");
        switch (state)
        {
            case "declined":
                domain.Fail("c0", OfferFailure.Declined);
                break;
            case "overflowed":
                domain.Wait(5_000);
                break;
            case "talking" or "left-by-agent":
                domain.Answer("c0");
                break;
            default:
                break;
        }

        if (state == "left-by-agent")
        {
            domain.AgentHangsUp("c0");
        }
        else
        {
            domain.CallerLeaves("c0");
        }

        Assert.IsType<ReleaseCall>(domain.Effects.Last());
        domain.Send(new CallsClosed(TestDomain.Gateway, [CallId.Of("c0")]));
        Assert.Empty(domain.Machine.Snapshot().Calls);
        Assert.DoesNotContain(domain.Rows.Keys, key => key.Kind is GrainKind.Call or GrainKind.Leg or GrainKind.Closing);
        Assert.DoesNotContain(domain.Wait(3_000_000), effect => effect is OfferCall or WithdrawOffer or EndCaller);
        Assert.Equal(state is "waiting" or "overflowed" ? AgentState.LoggedOut : AgentState.Ready, domain.Agent("agent").State);
    }

    /// <summary>Cisco tech notes 45160, 53128: an agent stayed reserved until the next login, calls queued while agents were ready. Peers' bug 42.</summary>
    [Fact]
    public void Peers_42_an_offer_of_which_nothing_is_ever_heard_holds_agent_and_call_no_longer_than_the_ring_time()
    {
        TestDomain domain = new(OneAgentIn(1, queue => queue with { OnNoAnswer = new OfferFailurePolicy(AgentAfterFailure.Ready, null, 0) }));
        domain.Register("agent");
        domain.Arrive("c0", "0");
        domain.Arrive("c1", "0");
        domain.Wait(14_999);
        Assert.Equal("c0", domain.Agent("agent").Call?.Value);
        Assert.Equal("c1", Assert.Single(domain.Wait(1).OfType<OfferCall>()).Call.Value);
        Assert.Equal((CallState.Waiting, CallState.Ringing), (domain.Call("c0")!.State, domain.Call("c1")!.State));
    }

    /// <summary>VICIdial: a heartbeat that came late logged the agent out in the middle of the shift, and wrecked its figures. Peers' bug 43.</summary>
    [Fact]
    public void Peers_43_a_refresh_that_comes_late_cuts_no_conversation_and_goes_on_with_the_shift()
    {
        TestDomain domain = new(OneAgentIn(1, queue => queue));
        domain.Register("agent", expiresSeconds: 60);
        domain.Arrive("c0", "0");
        domain.Answer("c0");
        Assert.Empty(domain.Wait(65_000));
        Assert.Equal(AgentState.Talking, domain.Agent("agent").State);
        domain.Register("agent", expiresSeconds: 60);
        domain.CallerLeaves("c0");
        Assert.Equal(AgentState.Ready, domain.Agent("agent").State);

        // Late again, at rest: nobody is rung meanwhile, and the next refresh brings the agent back without a hand.
        domain.Wait(63_000);
        Assert.Equal((AgentState.LoggedOut, "no-phone"), (domain.Agent("agent").State, domain.Agent("agent").Reason));
        domain.Register("agent", expiresSeconds: 60);
        AgentView agent = domain.Agent("agent");
        Assert.Equal((AgentState.Ready, 1L, 65_000L), (agent.State, agent.ShiftAnswered, agent.BusyMs));
    }

    /// <summary>MS Teams: a queue rang users who were offline. Peers' bug 45.</summary>
    [Theory]
    [InlineData("never-came")]
    [InlineData("left")]
    [InlineData("ran-out")]
    [InlineData("ran-out-unnoticed")]
    [InlineData("logged-out")]
    [InlineData("not-ready")]
    public void Peers_45_who_is_not_there_is_not_rung(string how)
    {
        TestDomain domain = new(OneAgentIn(1, queue => queue with { Offers = 50 }));
        if (how != "never-came")
        {
            domain.Register("agent", expiresSeconds: 60);
        }

        switch (how)
        {
            case "left":
                domain.Register("agent", expiresSeconds: 0);
                break;
            case "ran-out":
                domain.Wait(60_000);
                break;
            case "ran-out-unnoticed":
                domain.Skip(60_000);
                break;
            case "logged-out":
                domain.SetState("agent", AgentMode.LoggedOut);
                break;
            case "not-ready":
                domain.SetState("agent", AgentMode.NotReady);
                break;
            default:
                break;
        }

        domain.Arrive("c0", "0");
        Assert.IsType<AnswerCaller>(Assert.Single(domain.Effects));
        Assert.Equal(CallState.Waiting, domain.Call("c0")!.State);
    }

    private static IEnumerable<string[]> Permutations(string[] items) => items.Length < 2
        ? [items]
        : items.SelectMany(first => Permutations([.. items.Where(item => item != first)]).Select(rest => (string[])[first, .. rest]));

    /// <summary>Queues q0, q1, … of the same needs with the numbers 0, 1, …, and one agent who serves them all.</summary>
    private static DomainConfiguration OneAgentIn(int queues, Func<QueueConfiguration, QueueConfiguration> change) => new()
    {
        Domain = DomainId.Of("peers"),
        Realm = "peers",
        Skills = ["s"],
        Agents = [Configurations.Agent("agent", ("s", 1))],
        Queues = [.. Enumerable.Range(0, queues).Select(i => change(Configurations.Queue($"q{i}", ("s", 1))))],
        Numbers = [.. Enumerable.Range(0, queues).Select(i => new NumberConfiguration($"{i}", QueueId.Of($"q{i}")))],
    };
}
