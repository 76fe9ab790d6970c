using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Routing.Grains.Call;
using Routing.Grains.Matching;
using Routing.Grains.Queue;

namespace Routing.Grains.Domain;

/// <summary>The invariants of a quiet domain, checked the slow way. Used by tests only.</summary>
internal static class DomainSelfCheck
{
    public static IReadOnlyList<string> Find(DomainState state)
    {
        List<string> defects = [];
        List<CallGrain> calls = state.ListCalls();
        foreach (AgentGrain agent in state.AgentsInOrder)
        {
            CheckAgent(state, agent, defects);
        }

        foreach (CallGrain call in calls)
        {
            CheckCall(state, call, defects);
        }

        foreach (QueueGrain queue in state.QueuesInOrder)
        {
            CheckQueue(queue, calls, defects);
        }

        CheckCensus(state, defects);
        CheckStaff(state, defects);
        CheckDomain(state.Domain.View(), calls, defects);
        CheckClosing(state, defects);
        CheckReserves(state, defects);
        return defects;
    }

    /// <summary>An agent is never unavailable without a live reason.</summary>
    private static void CheckAgent(DomainState state, AgentGrain agent, List<string> defects)
    {
        AgentRecord record = agent.Record;
        OfferRecord? offer = record.Offer is { } id && state.Calls.TryGetValue(id.Call, out CallGrain? call) ? call.FindOffer(id.Number) : null;
        OfferResult? expected = record.Activity switch
        {
            AgentActivity.Offered => OfferResult.Pending,
            AgentActivity.Talking => OfferResult.Answered,
            _ => null,
        };
        if (offer?.Result != expected || (offer is not null && offer.Agent != agent.Id) || (record.Offer is null) != (expected is null))
        {
            defects.Add($"agent {agent.Id} is {record.Activity} with {record.Offer}, which is {offer?.Result}");
        }

        if ((record.Activity == AgentActivity.WrapUp) != (record.WrapUpUntilMs > 0))
        {
            defects.Add($"agent {agent.Id} is {record.Activity} and wrap-up ends at {record.WrapUpUntilMs}");
        }

        if (record.Activity == AgentActivity.Offered && record.Mode != Contracts.Commands.AgentMode.Ready && !AgentHealth.IsRecalled(agent, state))
        {
            defects.Add($"agent {agent.Id} is offered a call while {record.Mode}");
        }

        if (!agent.HasPhone && record.Mode == Contracts.Commands.AgentMode.Ready)
        {
            defects.Add($"agent {agent.Id} is ready without a phone");
        }

        if (record.RecoverAtMs > 0 && record.Mode == Contracts.Commands.AgentMode.Ready)
        {
            defects.Add($"agent {agent.Id} is ready and waits to recover");
        }

        if (AgentHealth.Defect(agent, state) is { } defect)
        {
            defects.Add($"agent {agent.Id} {defect}");
        }

        if (agent.IsAvailable != agent.Pooled.HasValue || (agent.Pooled is { } pooled && pooled != agent.Standing))
        {
            defects.Add($"agent {agent.Id} is available: {agent.IsAvailable}, in the pools: {agent.Pooled}");
        }

        if (agent.Configuration is null && record.Activity != AgentActivity.Talking && !AgentHealth.IsRecalled(agent, state))
        {
            defects.Add($"agent {agent.Id} was removed and is still there, {record.Activity}");
        }
    }

    /// <summary>The counts that explanations use are those of a count one by one.</summary>
    private static void CheckCensus(DomainState state, List<string> defects)
    {
        foreach (NeedClass needClass in state.Plan.Classes)
        {
            foreach (AgentState agentState in Enum.GetValues<AgentState>())
            {
                AgentId[] members = [.. state.AgentsInOrder.Where(agent => agent.State == agentState && agent.Satisfies(needClass)).Select(agent => agent.Id)];
                if (state.Census.Count(needClass, agentState) != members.Length || !state.Census.First(needClass, agentState, int.MaxValue).Select(agent => agent.Id).SequenceEqual(members))
                {
                    defects.Add($"class {needClass.Index} has {members.Length} agents who are {agentState}, and {state.Census.Count(needClass, agentState)} are counted");
                }
            }
        }
    }

    private static void CheckCall(DomainState state, CallGrain call, List<string> defects)
    {
        CallRecord record = call.Record;
        int pendingCount = record.Offers.Count(offer => offer.IsPending);
        int answeredCount = record.Offers.Count(offer => offer.Result == OfferResult.Answered);
        bool isRight = record.State switch
        {
            CallState.Waiting => pendingCount == 0 && answeredCount == 0,
            CallState.Ringing => pendingCount > 0 && answeredCount == 0,
            CallState.Talking => pendingCount == 0 && answeredCount == 1,
            CallState.Announcing => pendingCount == 0 && answeredCount == 0 && record.AnnouncementUntilMs > 0,
            _ => false,
        };
        if (!isRight)
        {
            defects.Add($"call {call.Id} is {record.State} with {pendingCount} pending and {answeredCount} answered offers");
        }

        if (pendingCount > CallOffers.MaxOffersKeptCount)
        {
            defects.Add($"call {call.Id} rings {pendingCount} agents");
        }

        if ((call.IsWaiting && call.WantsOffer(state.Plan.Queue(record.Queue).Configuration)) != (call.Line is not null))
        {
            defects.Add($"call {call.Id} is {record.State}, in line: {call.Line is not null}");
        }

        if ((call.IsWaiting && !call.IsSuspended && record.HoldUntilMs > 0) != (call.HeldBy is not null) || call.HeldBy is { IsAtWork: false } || (call.HeldBy is { } holder && holder.Id != record.PreferredAgent))
        {
            defects.Add($"call {call.Id} is held until {record.HoldUntilMs} for {record.PreferredAgent} by {call.HeldBy?.Id}");
        }

        if ((call.Line is null) != (call.StandsIn is null) || (call.StandsIn is not null && call.StandsIn != (call.HeldBy?.Held ?? call.Line!.Calls)))
        {
            defects.Add($"call {call.Id} stands in another line than it should, or in none");
        }

        foreach (OfferRecord offer in record.Offers.Where(offer => offer.Loan is null).Where(offer => offer.IsPending || offer.Result == OfferResult.Answered))
        {
            if (!state.Agents.TryGetValue(offer.Agent, out AgentGrain? agent) || agent.Record.Offer != call.OfferId(offer))
            {
                defects.Add($"call {call.Id} has offer {offer.Number} {offer.Result} and agent {offer.Agent} does not");
            }
        }

        if (call.Line is not { } line)
        {
            return;
        }

        Configuration.QueuePlan queue = state.Plan.Queue(record.Queue);
        if (call.Rank != state.Plan.Order.RankOf(call, queue.Configuration) || line != queue.Rings[record.Ring].Class.LineFor(state.Plan.Reserves.ProtectionOf(queue.ReserveMask, record.Priority)))
        {
            defects.Add($"call {call.Id} stands at {call.Rank}, which is not its place any more");
        }

        foreach (AgentGrain agent in state.AgentsInOrder)
        {
            if (MayTake.Refusal(agent, call, line) is null)
            {
                defects.Add($"call {call.Id} waits and agent {agent.Id} may take it");
            }
        }
    }

    private static void CheckQueue(QueueGrain queue, List<CallGrain> calls, List<string> defects)
    {
        QueueView view = queue.View();
        List<CallGrain> line = [];
        foreach (LiveCall live in queue.Line)
        {
            line.Add(live.Call);
        }

        if (!line.SequenceEqual(calls.Where(call => !call.IsGuest && call.Record.Queue == queue.Id && call.Record.State == CallState.Waiting && !call.IsSuspended)))
        {
            defects.Add($"queue {queue.Id} has {line.Count} calls in line");
        }

        int waiting = calls.Count(call => !call.IsGuest && call.Record.Queue == queue.Id && call.IsWaiting);
        int ringing = calls.Count(call => !call.IsGuest && call.Record.Queue == queue.Id && call.Record.State == CallState.Ringing);
        int talking = calls.Count(call => !call.IsGuest && call.Record.Queue == queue.Id && call.Record.State == CallState.Talking);
        if (view.Waiting != waiting || view.Ringing != ringing || view.Talking != talking)
        {
            defects.Add($"queue {queue.Id} counts {view.Waiting}/{view.Ringing}/{view.Talking} and has {waiting}/{ringing}/{talking}");
        }

        int guestsWaiting = calls.Count(call => call.IsGuest && call.Record.Queue == queue.Id && call.IsWaiting);
        int guestsTalking = calls.Count(call => call.IsGuest && call.Record.Queue == queue.Id && call.Record.State == CallState.Talking);
        if (view.GuestsWaiting != guestsWaiting || view.GuestsTalking != guestsTalking || view.GuestsOffered != view.GuestsAnswered + view.GuestsReturned + guestsWaiting + guestsTalking)
        {
            defects.Add($"queue {queue.Id} has {guestsWaiting}/{guestsTalking} guests, which do not add up: {view}");
        }

        if (view.Offered != view.Answered + view.Abandoned + view.Overflowed + view.Rejected + view.Failed + view.Announced + view.Waiting + view.Talking)
        {
            defects.Add($"queue {queue.Id} does not add up: {view}");
        }
    }

    private static void CheckReserves(DomainState state, List<string> defects)
    {
        foreach (Reserve reserve in state.Plan.Reserves.Reserves)
        {
            int count = state.AgentsInOrder.Count(agent => agent.IsAvailable && (agent.ReserveMask & reserve.Bit) != 0);
            bool isHolding = (state.Plan.Reserves.HoldingMask & reserve.Bit) != 0;
            if (count != reserve.Ready.Count || isHolding != (count <= reserve.Configuration.Keep))
            {
                defects.Add($"reserve {reserve.Configuration.Name} counts {reserve.Ready.Count} of {count} ready agents, holds: {isHolding}");
            }
        }
    }

    private static void CheckStaff(DomainState state, List<string> defects)
    {
        foreach (NeedClass needs in state.Plan.Classes)
        {
            List<AgentGrain> able = [.. state.AgentsInOrder.Where(agent => agent.Satisfies(needs))];
            int loggedIn = able.Count(agent => Staffing.PresenceOf(agent) != Presence.Away);
            int ready = able.Count(agent => Staffing.PresenceOf(agent) == Presence.Ready);
            if (needs.LoggedInCount != loggedIn || needs.ReadyCount != ready)
            {
                defects.Add($"class {needs.Index} counts {needs.LoggedInCount}/{needs.ReadyCount} and has {loggedIn}/{ready}");
            }
        }

        foreach (QueueGrain queue in state.QueuesInOrder)
        {
            Configuration.OverflowPlan plan = state.Plan.Queue(queue.Id).Overflow;
            bool isEmpty = plan.Find(Contracts.Configuration.OverflowCondition.NobodyLoggedIn) is not null && plan.Classes.All(needs => needs.LoggedInCount == 0);
            bool isIdle = plan.Find(Contracts.Configuration.OverflowCondition.NobodyReady) is not null && plan.Classes.All(needs => needs.ReadyCount == 0);
            if (isEmpty != (queue.Record.NobodyLoggedInSinceMs != 0) || isIdle != (queue.Record.NobodyReadySinceMs != 0))
            {
                defects.Add($"queue {queue.Id} has nobody since {queue.Record.NobodyLoggedInSinceMs}, nobody ready since {queue.Record.NobodyReadySinceMs}");
            }
        }
    }

    private static void CheckClosing(DomainState state, List<string> defects)
    {
        int count = 0;
        foreach (ClosingCall closing in state.ClosingInOrder)
        {
            count++;
            if (closing.UntilMs != closing.Call.Record.UntilMs || state.Calls.ContainsKey(closing.Call.Id) || state.Closing.GetValueOrDefault(closing.Call.Id) != closing.Call)
            {
                defects.Add($"call {closing.Call.Id} ended and is kept until {closing.UntilMs}, not {closing.Call.Record.UntilMs}, or lives");
            }
        }

        if (count != state.Closing.Count)
        {
            defects.Add($"{state.Closing.Count} calls just ended and {count} stand in order");
        }
    }

    private static void CheckDomain(DomainView view, List<CallGrain> calls, List<string> defects)
    {
        if (view.Waiting != calls.Count(call => !call.IsGuest && call.IsWaiting) || view.Talking != calls.Count(call => !call.IsGuest && call.Record.State == CallState.Talking) || view.Announcing != calls.Count(call => call.Record.State == CallState.Announcing))
        {
            defects.Add($"the domain counts {view.Waiting}/{view.Talking}/{view.Announcing}");
        }

        if (view.GuestsWaiting != calls.Count(call => call.IsGuest && call.IsWaiting) || view.GuestsTalking != calls.Count(call => call.IsGuest && call.Record.State == CallState.Talking)
            || view.GuestsOffered != view.GuestsAnswered + view.GuestsReturned + view.GuestsWaiting + view.GuestsTalking)
        {
            defects.Add($"the guests of the domain do not add up: {view}");
        }

        if (view.Offered != view.Answered + view.Abandoned + view.OverflowedOut + view.Rejected + view.Failed + view.Announced + view.Waiting + view.Talking + view.Announcing)
        {
            defects.Add($"the domain does not add up: {view}");
        }
    }
}
