using Routing.Contracts.Commands;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Grains.Agent;
using Routing.Grains.Call;
using Routing.Grains.Configuration;
using Routing.Grains.Customer;
using Routing.Grains.Queue;

namespace Routing.Grains.Domain;

/// <summary>Brings a command to its grain.</summary>
internal sealed class CommandDispatch(DomainState state)
{
    private readonly PeerDispatch _peers = new(state);

    /// <summary>The cold rows that the command may touch and that are not in memory.</summary>
    public void NameColdRows(Command command, ICollection<RowKey> keys)
    {
        switch (command)
        {
            case CallArrived arrived when !state.Calls.ContainsKey(arrived.Call):
                keys.Add(GrainKind.Ended(arrived.Call));
                if (CustomerGrain.IdOf(arrived.Ani) is { } customer && !state.Customers.ContainsKey(customer))
                {
                    keys.Add(GrainKind.Of(customer));
                }

                break;
            case RollbackConfiguration rollback:
                NewConfiguration.NameColdRows(state, rollback, keys);
                break;
            case GatewayStarted started when state.Domain.IsNewIncarnation(started.Gateway, started.Incarnation):
                NameLegs(started.Gateway, keys);
                break;
            default:
                if (CallOf(command) is { } call && !state.Calls.ContainsKey(call))
                {
                    keys.Add(GrainKind.Ended(call));
                }

                break;
        }
    }

    public CommandReply Dispatch(Command command, TurnContext turn) => command switch
    {
        CallArrived arrived => Arrive(arrived, turn),
        CallerLeft left => OnCall(left.Call, turn, call => CallEnding.CallerLeft(call, left, turn), CommandReply.Ok),
        LegChanged changed => ChangeLeg(changed, turn),
        OfferRinging ringing => OnCall(ringing.Offer.Call, turn, call => CallOffers.Ringing(call, ringing, turn), Gone(ringing.Offer)),
        OfferAnswered answered => OnCall(answered.Offer.Call, turn, call => CallOffers.Answered(call, answered, turn), Gone(answered.Offer)),
        OfferFailed failed => OnCall(failed.Offer.Call, turn, call => CallOffers.Failed(call, failed, turn), CommandReply.Ok),
        AgentLegEnded ended => OnCall(ended.Offer.Call, turn, call => CallEnding.AgentLegEnded(call, ended, turn), CommandReply.Ok),
        RegisterPhone register => Register(register, turn),
        SetAgentState set => OnAgent(set.Agent, agent => AgentModes.Set(agent, set, turn)),
        ApplyConfiguration apply => NewConfiguration.Apply(state, apply, turn),
        RollbackConfiguration rollback => NewConfiguration.RollBack(state, rollback, turn),
        GatewayStarted started => StartGateway(started, turn),
        GatewayAlive alive => GatewayLeases.Alive(state.Domain, alive, turn),
        CallsClosed closed => CloseCalls(closed, turn),
        PeerSaid said => _peers.Hear(said, turn),
        Resume resume => ResumeAll(resume, turn),
        TimerDue timer => Fire(timer, turn),
        _ => new CommandReply(ReplyCode.Refused, $"{command.GetType().Name} is not a command of this version."),
    };

    private static CommandReply Gone(OfferId offer) => new(ReplyCode.Gone, $"Offer {offer} is over: its call ended.");

    /// <summary>The call whose end the command may have missed.</summary>
    private static CallId? CallOf(Command command) => command switch
    {
        CallerLeft left => left.Call,
        OfferRinging ringing => ringing.Offer.Call,
        OfferAnswered answered => answered.Offer.Call,
        OfferFailed failed => failed.Offer.Call,
        AgentLegEnded ended => ended.Offer.Call,
        _ => null,
    };

    private CommandReply Arrive(CallArrived arrived, TurnContext turn)
    {
        if (state.Calls.ContainsKey(arrived.Call))
        {
            return CommandReply.Ok;
        }

        if (turn.ColdRow(GrainKind.Ended(arrived.Call)) is not null)
        {
            // Not Ok: the gateway would wait for effects of a call that has had its last one.
            return new CommandReply(ReplyCode.Gone, $"Call '{arrived.Call}' has ended.");
        }

        if (!GatewayLeases.TryBegin(state.Domain, arrived.Gateway, turn))
        {
            return new CommandReply(ReplyCode.Conflict, $"Gateway '{arrived.Gateway}' was given up and has not begun again.");
        }

        if (state.Plan.FindNumber(arrived.Dnis) is not { } number)
        {
            return new CommandReply(ReplyCode.NotFound, $"No entry point has the number '{arrived.Dnis}'.");
        }

        CallGrain? former = arrived.Invite is { } invite && state.FindInvite(invite) is { } found && found.Record.Gateway != arrived.Gateway ? found : null;
        if (former is not null && !CallSuccession.IsOpen(former, arrived))
        {
            return new CommandReply(ReplyCode.Gone, $"The call goes on as '{former.Id}' at gateway '{former.Record.Gateway}'.");
        }

        CallGrain call = new(arrived.Call, new CallRecord { Invite = arrived.Invite, InvitedMs = arrived.InvitedMs });
        bool isHeir = former is not null && CallSuccession.TryInherit(call, former, arrived, turn);
        if (!isHeir)
        {
            call.Record.OrderNumber = state.Domain.NextCallNumber();
        }

        state.AddCall(call);
        if (CustomerGrain.IdOf(arrived.Ani) is { } customer && !state.Customers.ContainsKey(customer))
        {
            CustomerRecord record = turn.ColdRow(GrainKind.Of(customer)) is { } bytes ? CustomerRecord.Read(bytes.Span) : new CustomerRecord();
            state.Customers.Add(customer, new CustomerGrain(customer, record));
        }

        if (isHeir)
        {
            CallSuccession.GoOn(call, arrived, former!, turn);
        }
        else
        {
            CallWaiting.Arrive(call, arrived, number, turn);
        }

        return CommandReply.Ok;
    }

    private CommandReply OnCall(CallId id, TurnContext turn, Func<CallGrain, CommandReply> handle, CommandReply ifEnded)
    {
        if (state.Calls.TryGetValue(id, out CallGrain? call))
        {
            return handle(call);
        }

        return turn.ColdRow(GrainKind.Ended(id)) is not null ? ifEnded : new CommandReply(ReplyCode.NotFound, $"There is no call '{id}'.");
    }

    private CommandReply OnAgent(AgentId id, Func<AgentGrain, CommandReply> handle) =>
        state.Agents.TryGetValue(id, out AgentGrain? agent) && agent.Configuration is not null
            ? handle(agent)
            : new CommandReply(ReplyCode.NotFound, $"There is no agent '{id}'.");

    private CommandReply Register(RegisterPhone register, TurnContext turn)
    {
        // Whether a phone can be rung through its gateway depends on that.
        GatewayLeases.TryBegin(state.Domain, register.Gateway, turn);
        return OnAgent(register.Agent, agent => AgentRegistrations.Register(agent, register, turn));
    }

    private CommandReply ChangeLeg(LegChanged changed, TurnContext turn)
    {
        if (!state.Calls.TryGetValue(changed.Call, out CallGrain? call))
        {
            return new CommandReply(ReplyCode.NotFound, $"There is no live call '{changed.Call}'.");
        }

        CallRestoring.StoreLeg(call, changed.Leg, turn);
        return CommandReply.Ok;
    }

    private CommandReply StartGateway(GatewayStarted started, TurnContext turn)
    {
        if (state.Domain.IsNewIncarnation(started.Gateway, started.Incarnation))
        {
            state.Domain.Remember(started, turn);
            // Ended calls first, so that a phone is told to hang up before it rings for the next; of them the last to end: they are the most likely to be owed something.
            foreach (ClosingGrain closing in Enumerable.Reverse(turn.ListClosing(long.MaxValue, int.MaxValue)))
            {
                if (closing.Record.Gateway == started.Gateway)
                {
                    CallClosing.Restore(closing, turn);
                }
            }

            List<CallGrain> calls = turn.ListCallsOf(started.Gateway);
            calls.ForEach(call => CallRestoring.Restore(call, turn));
            if (calls.Count > 0 || HasPhones(started.Gateway, turn.NowMs))
            {
                GatewayLeases.TryBegin(state.Domain, started.Gateway, turn);
            }

            // Last, since it may end calls whose time came meanwhile.
            calls.ForEach(call => CallSuspension.End(call, turn));
        }

        return state.Domain.Find(started.Gateway) is { LeaseUntilMs: > 0 } ? CommandReply.Ok with { HasLease = true } : CommandReply.Ok;
    }

    /// <summary>Whether agents' phones are registered there. All agents are looked at: gateways begin rarely.</summary>
    private bool HasPhones(GatewayId gateway, long nowMs)
    {
        foreach (AgentGrain agent in state.AgentsInOrder)
        {
            if (agent.Record.Bindings.Exists(binding => binding.Binding.Gateway == gateway && binding.Binding.ExpiresAtMs > nowMs))
            {
                return true;
            }
        }

        return false;
    }

    private CommandReply CloseCalls(CallsClosed closed, TurnContext turn)
    {
        foreach (CallId id in closed.Calls.Take(CallsClosed.LimitCalls))
        {
            // A list may name a call twice: one that was removed in this turn is in the table until the turn ends.
            if (state.Closing.TryGetValue(id, out ClosingGrain? closing) && closing.Record.Gateway == closed.Gateway && !closing.IsRemoved)
            {
                CallClosing.Forget(closing, turn);
            }
        }

        return CommandReply.Ok;
    }

    private CommandReply ResumeAll(Resume resume, TurnContext turn)
    {
        if (resume.DownForMs > 0)
        {
            foreach (LiveCall live in state.CallsInOrder)
            {
                CallRestoring.Resume(live.Call, resume.DownForMs, turn);
            }

            GatewayLeases.Resume(state.Domain, resume.DownForMs, turn);
            PeerSilence.Resume(state.Domain, resume.DownForMs, turn);
            foreach (QueueGrain queue in state.QueuesInOrder)
            {
                QueueStaff.Resume(queue, resume.DownForMs, turn);
            }

            List<ClosingGrain> closing = turn.ListClosing(long.MaxValue, int.MaxValue);
            closing.ForEach(call => CallClosing.Resume(call, resume.DownForMs, turn));
            state.OrderClosing(closing);
        }

        return CommandReply.Ok;
    }

    /// <summary>A timer that is not set any more, or not yet due, is none: its grain moved on before it fired.</summary>
    private CommandReply Fire(TimerDue timer, TurnContext turn)
    {
        if (state.Find(timer.Grain) is not { } grain)
        {
            return CommandReply.Ok;
        }

        for (int slot = 0; slot < grain.TimerNames.Count; slot++)
        {
            if (grain.TimerNames[slot] == timer.Name && grain.TimerDueMs(slot) == timer.DueMs && timer.DueMs <= turn.NowMs)
            {
                grain.TimerFired(timer.Name, turn);
            }
        }

        return CommandReply.Ok;
    }

    private void NameLegs(GatewayId gateway, ICollection<RowKey> keys)
    {
        foreach (LiveCall live in state.CallsInOrder)
        {
            if (live.Call.Record.Gateway == gateway)
            {
                foreach (LegId leg in live.Call.Record.Legs)
                {
                    keys.Add(GrainKind.Of(live.Call.Id, leg));
                }
            }
        }

        foreach (ClosingCall closing in state.ClosingInOrder)
        {
            if (closing.Call.Record.Gateway == gateway)
            {
                keys.Add(GrainKind.Ended(closing.Call.Id));
                foreach (LegId leg in closing.Call.Record.Legs)
                {
                    keys.Add(GrainKind.Of(closing.Call.Id, leg));
                }
            }
        }
    }
}
