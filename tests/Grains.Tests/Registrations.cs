using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>The registrar's rules (RFC 3261 §10.3) and what phones do to their agents.</summary>
public sealed class Registrations
{
    private readonly TestDomain _domain = new(Configurations.Demo());

    [Fact]
    public void The_first_phone_makes_a_logged_out_agent_ready_and_the_last_one_gone_logs_out()
    {
        _domain.Register("alice");
        Assert.Equal(AgentState.Ready, _domain.Agent("alice").State);
        _domain.Register("alice", expiresSeconds: 0);
        Assert.Equal((AgentState.LoggedOut, "no-phone", 0), (_domain.Agent("alice").State, _domain.Agent("alice").Reason, _domain.Agent("alice").Phones));
        _domain.Register("alice");
        Assert.Equal(AgentState.Ready, _domain.Agent("alice").State);
    }

    /// <summary>Amazon Connect: whose client was gone stayed available for ever. Peers' bug 33.</summary>
    [Fact]
    public void A_binding_expires_by_itself_and_a_ringing_offer_is_withdrawn()
    {
        _domain.Register("alice", expiresSeconds: 60);
        _domain.Wait(55_000);
        _domain.Arrive("c1");
        List<Effect> effects = _domain.Wait(5_000);
        Assert.Equal(WithdrawCause.AgentUnavailable, Assert.Single(effects.OfType<WithdrawOffer>()).Cause);
        Assert.Equal((AgentState.LoggedOut, "no-phone"), (_domain.Agent("alice").State, _domain.Agent("alice").Reason));
        Assert.Equal(CallState.Waiting, _domain.Call("c1")!.State);
    }

    [Theory]
    [InlineData(AgentMode.NotReady, AgentState.NotReady)]
    [InlineData(AgentMode.LoggedOut, AgentState.LoggedOut)]
    public void A_refresh_and_a_new_phone_leave_a_mode_set_by_hand(AgentMode mode, AgentState state)
    {
        _domain.Register("alice");
        _domain.SetState("alice", mode, "training");
        _domain.Register("alice");
        _domain.Register("alice", expiresSeconds: 0);
        _domain.Register("alice", contact: "sip:other@10.0.0.1");
        Assert.Equal((state, "training"), (_domain.Agent("alice").State, _domain.Agent("alice").Reason));
    }

    [Fact]
    public void A_refresh_leaves_rona_and_any_registration_heals_unreachable()
    {
        _domain.Register("alice");
        _domain.Arrive("c1");
        _domain.Wait(15_000);
        _domain.Register("alice");
        Assert.Equal((AgentState.NotReady, "ring-no-answer"), (_domain.Agent("alice").State, _domain.Agent("alice").Reason));
        _domain.CallerLeaves("c1");

        _domain.SetState("alice", AgentMode.Ready);
        _domain.Arrive("c2");
        _domain.Fail("c2", OfferFailure.Unreachable, status: 408);
        Assert.Equal("unreachable", _domain.Agent("alice").Reason);
        _domain.Register("alice");
        Assert.Equal(AgentState.Ready, _domain.Agent("alice").State);
    }

    [Fact]
    public void Who_is_not_to_be_ready_by_phone_can_be_set_ready_once_it_is_there()
    {
        DomainConfiguration demo = Configurations.Demo();
        TestDomain domain = new(demo with { Agents = [.. demo.Agents.Select(agent => agent with { OnRegister = OnRegister.Nothing })] });
        domain.Register("alice");
        Assert.Equal((AgentState.LoggedOut, null), (domain.Agent("alice").State, domain.Agent("alice").Reason));
        Assert.Equal(CommandReply.Ok, domain.SetState("alice", AgentMode.Ready));
        Assert.Equal(AgentState.Ready, domain.Agent("alice").State);
    }

    [Fact]
    public void A_phone_gone_while_talking_counts_after_the_call()
    {
        _domain.Register("alice");
        _domain.Arrive("c1");
        _domain.Answer("c1");
        _domain.Register("alice", expiresSeconds: 0);
        Assert.Equal(AgentState.Talking, _domain.Agent("alice").State);
        _domain.CallerLeaves("c1");
        Assert.Equal((AgentState.LoggedOut, "no-phone"), (_domain.Agent("alice").State, _domain.Agent("alice").Reason));
    }

    [Fact]
    public void An_older_cseq_of_the_same_call_id_changes_nothing_and_another_call_id_does()
    {
        Assert.Equal(ReplyCode.Ok, Send("one", 5, Change("sip:a@1")).Code);
        Assert.Equal(ReplyCode.Conflict, Send("one", 5, Change("sip:b@1"), Change("sip:a@1")).Code);
        Assert.Empty(_domain.Last.Rows);
        Assert.Equal(ReplyCode.Ok, Send("one", 6, Change("sip:a@1")).Code);
        Assert.Equal(ReplyCode.Ok, Send("two", 1, Change("sip:a@1")).Code);
        Assert.Single(Assert.IsType<RegistrationReply>(_domain.Last.Reply).Bindings);
    }

    [Fact]
    public void The_reply_lists_bindings_newest_first_the_same_device_replaces_its_old_contact_and_the_oldest_gives_way()
    {
        for (uint i = 1; i <= AgentRegistrations.MaxBindingsCount + 1; i++)
        {
            Send("one", i, Change($"sip:a@{i}"));
        }

        RegistrationReply full = Assert.IsType<RegistrationReply>(_domain.Last.Reply);
        Assert.Equal(AgentRegistrations.MaxBindingsCount, full.Bindings.Count);
        Assert.Equal("sip:a@11", full.Bindings[0].Contact);
        Assert.DoesNotContain(full.Bindings, binding => binding.Contact == "sip:a@1");

        Send("two", 1, Change("sip:new@1", "urn:uuid:1"));
        Send("two", 2, Change("sip:new@2", "urn:uuid:1"));
        IReadOnlyList<PhoneBinding> bindings = Assert.IsType<RegistrationReply>(_domain.Last.Reply).Bindings;
        Assert.Equal("sip:new@2", bindings[0].Contact);
        Assert.DoesNotContain(bindings, binding => binding.Contact == "sip:new@1");

        Assert.Empty(Assert.IsType<RegistrationReply>(_domain.Send(Register("three", 1) with { RemoveAll = true })).Bindings);
        Assert.Empty(Assert.IsType<RegistrationReply>(Send("four", 1)).Bindings);
        Assert.Empty(_domain.Last.Rows);
    }

    private static BindingChange Change(string contact, string? instance = null) => new(contact, 600, null, "10.0.0.1:5060", instance, null, []);

    private static RegisterPhone Register(string callId, uint cseq, params BindingChange[] changes) => new()
    {
        Agent = AgentId.Of("alice"),
        Gateway = TestDomain.Gateway,
        SipCallId = callId,
        CSeq = cseq,
        Changes = changes,
    };

    private CommandReply Send(string callId, uint cseq, params BindingChange[] changes) => _domain.Send(Register(callId, cseq, changes));
}
