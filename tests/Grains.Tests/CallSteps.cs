using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Views;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>The life of a call, step by step, with the effects of each.</summary>
public sealed class CallSteps
{
    private readonly TestDomain _domain = new(Configurations.Demo());

    [Fact]
    public void A_free_agent_is_offered_the_call_at_once_and_connected_by_the_answer()
    {
        _domain.Register("alice");
        Assert.Equal(CommandReply.Ok, _domain.Arrive("c1"));
        OfferCall offer = Assert.IsType<OfferCall>(Assert.Single(_domain.Effects));
        Assert.Equal("alice", offer.Agent.Value);
        Assert.Equal("sip:alice@127.0.0.1:5061", Assert.Single(offer.Targets).Contact);
        Assert.Equal(AgentState.Offered, _domain.Agent("alice").State);
        Assert.Equal((1, 1, 0), (_domain.Queue("support").Waiting, _domain.Queue("support").Ringing, _domain.Queue("support").Talking));

        _domain.Ringing("c1");
        Assert.IsType<RingCaller>(Assert.Single(_domain.Effects));
        _domain.Answer("c1");
        Assert.IsType<ConnectCall>(Assert.Single(_domain.Effects));
        Assert.Equal(AgentState.Talking, _domain.Agent("alice").State);
        Assert.Equal(CallState.Talking, _domain.Call("c1")!.State);

        _domain.CallerLeaves("c1");
        Assert.Equal([typeof(EndAgentLeg), typeof(ReleaseCall)], _domain.Effects.Select(effect => effect.GetType()));
        Assert.Equal(AgentState.Ready, _domain.Agent("alice").State);
        Assert.Null(_domain.Call("c1"));
        Assert.Equal(CallOutcome.Answered, _domain.Detail("c1").Call.Outcome);
        Assert.Equal(1, _domain.Machine.Snapshot().Domain.Answered);
    }

    [Fact]
    public void Who_must_wait_is_answered_with_hold_media_and_served_by_the_first_agent_who_comes()
    {
        _domain.Arrive("c1");
        Assert.Equal("tone", Assert.IsType<AnswerCaller>(Assert.Single(_domain.Effects)).Media);
        _domain.Register("bob");
        Assert.Equal("bob", Assert.IsType<OfferCall>(Assert.Single(_domain.Effects)).Agent.Value);
        _domain.Ringing("c1");
        Assert.Empty(_domain.Effects);
    }

    [Fact]
    public void Ring_time_out_withdraws_the_offer_makes_the_agent_not_ready_and_rings_the_next()
    {
        _domain.Register("alice");
        _domain.Register("bob");
        _domain.Arrive("c1");
        List<Effect> effects = _domain.Wait(15_000);
        Assert.Equal([typeof(WithdrawOffer), typeof(OfferCall)], effects.Select(effect => effect.GetType()));
        Assert.Equal(WithdrawCause.NoAnswer, ((WithdrawOffer)effects[0]).Cause);
        Assert.Equal("bob", ((OfferCall)effects[1]).Agent.Value);
        Assert.Equal((AgentState.NotReady, "ring-no-answer"), (_domain.Agent("alice").State, _domain.Agent("alice").Reason));
        Assert.Equal(ReplyCode.Gone, _domain.Answer("c1", 1).Code);
        Assert.Equal(ReplyCode.Ok, _domain.Answer("c1", 2).Code);
    }
}
