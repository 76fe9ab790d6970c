using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Routing.Grains.Call;
using Routing.Grains.Domain;
using Routing.Grains.Matching;

namespace Routing.Grains.Explaining;

/// <summary>Why is this call still waiting? Asks the very rule that matches (<see cref="MayTake"/>), so that the answer cannot differ from what happens.</summary>
internal static class CallExplainer
{
    /// <summary>Ready agents of whom it is asked why they may not take the call: work conservation leaves few, but a reservation may leave thousands.</summary>
    public const int MaxAskedCount = 200;

    /// <summary>In the order of the groups: who is nearest to taking a call first.</summary>
    private static readonly AgentState[] Unavailable = [AgentState.Offered, AgentState.Talking, AgentState.WrapUp, AgentState.NotReady, AgentState.LoggedOut];

    public static CallExplanation Explain(DomainState state, CallGrain call, long nowMs)
    {
        CallExplanation explanation = new()
        {
            AtMs = nowMs,
            ConfigurationVersion = state.Plan.Version,
            Reason = call.Record.State switch
            {
                CallState.Talking => CallExplanation.Talking,
                CallState.Announcing => CallExplanation.Announcing,
                CallState.Waiting when call.IsSuspended => CallExplanation.Suspended,
                _ => CallExplanation.Ringing,
            },
            Call = call.View(),
            Timers = NextTimers.Of(call),
        };
        if (call.Line is not { } line)
        {
            return explanation;
        }

        NeedClass needs = line.Needs;
        List<AgentGroup> groups = [];
        int ready = state.Census.Count(needs, AgentState.Ready);
        int couldServe = ready;
        int asked = AskReady(state, call, line, groups);
        foreach (AgentState agentState in Unavailable)
        {
            int count = state.Census.Count(needs, agentState);
            couldServe += count;
            if (count > 0)
            {
                AddGroups(state, needs, agentState, count, groups);
            }
        }

        (int ahead, int waiting) = PlaceInDomain(state, call);
        return explanation with
        {
            Reason = call.Record.State == CallState.Ringing ? CallExplanation.Ringing : call.HeldBy is not null ? CallExplanation.Held : Verdict(groups, couldServe, ready),
            Needs = needs.Text,
            Ring = call.Record.Ring,
            Rings = state.Plan.Queue(call.Record.Queue).Rings.Count,
            HeldFor = call.HeldBy?.Id,
            HeldForReason = call.HeldBy is { } held ? ReasonOf(held, call, line) : null,
            HeldForDetail = call.HeldBy is { State: AgentState.Ready } kept ? line.KeepersOf(kept) : call.HeldBy?.PresentedReason,
            Timers = NextTimers.Of(call, state.Queues.GetValueOrDefault(call.Record.Queue)),
            Order = state.Plan.Order.RuleName,
            Ahead = CountBefore(needs, call.Rank),
            InLine = needs.WaitingCount,
            AheadInDomain = ahead,
            WaitingInDomain = waiting,
            CouldServe = couldServe,
            Ready = ready,
            ReadyAsked = asked,
            Agents = groups,
        };
    }

    private static void AddGroups(DomainState state, NeedClass needs, AgentState agentState, int count, List<AgentGroup> groups)
    {
        if (agentState is AgentState.NotReady or AgentState.LoggedOut)
        {
            int others = count;
            foreach ((string? reason, int withReason, List<AgentGrain> first) in state.Census.ByReason(needs, agentState, Explanation.MaxNamedCount).Take(AgentGroup.MaxDetailsCount))
            {
                groups.Add(new AgentGroup(StateWords.Of(agentState), reason, withReason, [.. first.Select(agent => agent.Id)]));
                others -= withReason;
            }

            if (others > 0)
            {
                groups.Add(new AgentGroup(StateWords.Of(agentState), AgentGroup.OtherDetails, others, []));
            }
        }
        else
        {
            List<AgentGrain> first = state.Census.First(needs, agentState, Explanation.MaxNamedCount);
            groups.Add(new AgentGroup(StateWords.Of(agentState), null, count, [.. first.Select(agent => agent.Id)]));
        }
    }

    /// <summary>Why ready agents may not take the call, by refusal in the order they are met. Returns how many were asked.</summary>
    private static int AskReady(DomainState state, CallGrain call, CallLine line, List<AgentGroup> groups)
    {
        List<(string Refusal, string? Detail, int Count, List<AgentId> First)> refusals = [];
        int asked = 0;
        foreach (AgentGrain agent in state.Census.First(line.Needs, AgentState.Ready, MaxAskedCount))
        {
            asked++;
            string refusal = MayTake.Refusal(agent, call, line) ?? CallExplanation.Free;
            string? detail = refusal == MayTake.Reserved ? line.KeepersOf(agent) : null;
            int at = refusals.FindIndex(group => group.Refusal == refusal && group.Detail == detail);
            (string Refusal, string? Detail, int Count, List<AgentId> First) group = at < 0 ? (refusal, detail, 0, []) : refusals[at];
            group.Count++;
            if (group.First.Count < Explanation.MaxNamedCount)
            {
                group.First.Add(agent.Id);
            }

            if (at < 0)
            {
                refusals.Add(group);
            }
            else
            {
                refusals[at] = group;
            }
        }

        groups.AddRange(refusals.Select(group => new AgentGroup(group.Refusal, group.Detail, group.Count, group.First)));
        return asked;
    }

    private static string ReasonOf(AgentGrain agent, CallGrain call, CallLine line) =>
        agent.State == AgentState.Ready ? MayTake.Refusal(agent, call, line) ?? CallExplanation.Free : StateWords.Of(agent.State);

    private static string Verdict(List<AgentGroup> groups, int couldServe, int ready)
    {
        if (couldServe == 0)
        {
            return CallExplanation.NobodyHasTheNeeds;
        }

        if (ready > 0)
        {
            return groups.Exists(group => group.Reason == CallExplanation.Free) ? CallExplanation.Free : CallExplanation.PassedOver;
        }

        string loggedOut = StateWords.Of(AgentState.LoggedOut);
        string notReady = StateWords.Of(AgentState.NotReady);
        return groups.TrueForAll(group => group.Reason == loggedOut) ? CallExplanation.NobodyLoggedIn
            : groups.TrueForAll(group => group.Reason == loggedOut || group.Reason == notReady) ? CallExplanation.NobodyReady
            : CallExplanation.AllBusy;
    }

    private static (int Ahead, int Waiting) PlaceInDomain(DomainState state, CallGrain call)
    {
        int ahead = 0;
        int waiting = 0;
        foreach (NeedClass needClass in state.Plan.Classes)
        {
            ahead += CountBefore(needClass, call.Rank);
            waiting += needClass.WaitingCount;
        }

        return (ahead, waiting);
    }

    private static int CountBefore(NeedClass needClass, in CallRank rank)
    {
        int count = 0;
        foreach (CallLine line in needClass.Lines)
        {
            count += line.Calls.CountBefore(rank);
        }

        return count;
    }
}
