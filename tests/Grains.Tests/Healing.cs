using Routing.Contracts.Commands;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Routing.Grains.Domain;
using Routing.Grains.Records;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>An agent is never unavailable without a live reason: rows that say otherwise are put right as soon as they are loaded, with an event, and the agent works again.</summary>
public sealed class Healing
{
    /// <summary>opensips#3123: agents stayed locked in a call until a restart every 24 hours. Peers' bug 24.</summary>
    [Theory]
    [InlineData("offered-of-a-call-that-is-not-there")]
    [InlineData("talking-to-a-call-that-is-not-there")]
    [InlineData("offered-of-an-offer-that-is-over")]
    [InlineData("wrap-up-without-an-end")]
    [InlineData("idle-with-an-offer")]
    [InlineData("an-end-of-wrap-up-without-wrap-up")]
    public void An_agent_stuck_without_a_live_reason_is_free_again_right_after_loading(string how)
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Register("alice");
        domain.Arrive("c1");
        domain.Fail("c1", OfferFailure.Declined);
        domain.Arrive("c2", number: "2000");
        Corrupt(domain, "alice", record =>
        {
            (record.Activity, record.Offer) = how switch
            {
                "offered-of-a-call-that-is-not-there" => (AgentActivity.Offered, TestDomain.Offer("gone", 1)),
                "talking-to-a-call-that-is-not-there" => (AgentActivity.Talking, TestDomain.Offer("gone", 1)),
                "offered-of-an-offer-that-is-over" => (AgentActivity.Offered, TestDomain.Offer("c1", 1)),
                "wrap-up-without-an-end" => (AgentActivity.WrapUp, (OfferId?)null),
                "idle-with-an-offer" => (AgentActivity.Idle, TestDomain.Offer("c1", 1)),
                _ => (AgentActivity.Idle, null),
            };
            record.WrapUpUntilMs = how == "an-end-of-wrap-up-without-wrap-up" ? domain.NowMs + 1 : 0;
        });
        Assert.NotEmpty(domain.Machine.FindDefects());
        Assert.True(domain.Machine.NextTimerDueMs <= domain.NowMs);

        domain.Wait(0);
        Assert.Equal("alice", Assert.Single(domain.Last.Events.OfType<AgentHealed>()).Agent.Value);
        Assert.StartsWith("agent alice ", Assert.Single(domain.Last.Repairs), StringComparison.Ordinal);
        Assert.Empty(domain.Machine.FindDefects());
        domain.Reload();
        Assert.Empty(domain.Machine.FindDefects());
        domain.Arrive("c3");
        Assert.Equal("alice", domain.Call("c3")!.Agent?.Value);
    }

    [Fact]
    public void An_agent_whose_row_was_lost_takes_up_the_offer_that_rings_and_the_conversation()
    {
        foreach (bool talks in new[] { false, true })
        {
            TestDomain domain = new(Configurations.Demo());
            domain.Register("alice");
            domain.Arrive("c1");
            if (talks)
            {
                domain.Answer("c1");
            }

            Corrupt(domain, "alice", record =>
            {
                record.Activity = AgentActivity.Idle;
                record.Offer = null;
                record.Queue = null;
            });
            domain.Wait(0);
            Assert.Equal((talks ? AgentState.Talking : AgentState.Offered, "c1"), (domain.Agent("alice").State, domain.Agent("alice").Call?.Value));
            Assert.Single(domain.Last.Repairs);
            Assert.Empty(domain.Machine.FindDefects());
            domain.CallerLeaves("c1");
            Assert.Equal(AgentState.Ready, domain.Agent("alice").State);
        }
    }

    [Fact]
    public void An_offer_of_an_agent_who_is_busy_with_another_is_withdrawn_and_the_call_goes_on()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Register("alice");
        domain.Arrive("c1");
        domain.Register("bob");
        domain.Arrive("c2");
        Assert.Equal("bob", domain.Call("c2")!.Agent?.Value);
        AgentRecord alice = AgentRecord.Read(domain.Rows[GrainKind.Of(AgentId.Of("alice"))].Span);
        Corrupt(domain, "bob", record =>
        {
            record.Activity = alice.Activity;
            record.Offer = alice.Offer;
        });
        domain.Wait(0);
        Assert.Empty(domain.Machine.FindDefects());
        Assert.Equal([AgentState.Offered, AgentState.Offered], [domain.Agent("alice").State, domain.Agent("bob").State]);
    }

    [Fact]
    public void A_ready_agent_whom_no_call_can_reach_is_logged_out()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Register("alice");
        Corrupt(domain, "alice", record => record.Bindings.Clear());
        domain.Wait(0);
        Assert.Equal((AgentState.LoggedOut, "no-phone"), (domain.Agent("alice").State, domain.Agent("alice").Reason));
    }

    [Fact]
    public void What_breaks_while_running_is_found_by_asking_or_within_as_many_turns_as_there_are_agents()
    {
        foreach (bool asks in new[] { true, false })
        {
            TestDomain domain = new(Configurations.Demo()) { IsSelfChecked = false };
            domain.Register("alice");
            domain.Register("carol");
            AgentRecord alice = domain.Machine.State.Agents[AgentId.Of("alice")].Record;
            (alice.Activity, alice.Offer) = (AgentActivity.Offered, TestDomain.Offer("nowhere", 1));
            long before = domain.Sequence;
            if (asks)
            {
                AgentExplanation why = (AgentExplanation)domain.Machine.Explain(new AgentQuestion(AgentId.Of("alice")), domain.NowMs)!;
                Assert.Contains("should be Idle", why.Defect, StringComparison.Ordinal);
                domain.Wait(0);
                Assert.Single(domain.Last.Repairs);
            }
            else
            {
                while (domain.Machine.FindDefects().Count > 0)
                {
                    domain.SetState("carol", domain.Sequence % 2 == 0 ? AgentMode.Ready : AgentMode.NotReady);
                }

                Assert.InRange(domain.Sequence - before, 1, 3);
                Assert.Single(domain.Last.Repairs);
            }

            Assert.Equal(AgentState.Ready, domain.Agent("alice").State);
            domain.Reload();
            Assert.Equal(AgentState.Ready, domain.Agent("alice").State);
        }
    }

    private static void Corrupt(TestDomain domain, string agent, Action<AgentRecord> change)
    {
        RowKey key = GrainKind.Of(AgentId.Of(agent));
        AgentRecord record = AgentRecord.Read(domain.Rows[key].Span);
        change(record);
        RecordWriter writer = new();
        record.Write(writer);
        domain.Rows[key] = writer.ToArray();
        domain.Reload();
    }
}
