using Routing.Contracts.Configuration;
using Routing.Contracts.Views;
using Routing.Gateway.Api;
using Routing.Gateway.Feeds;
using Routing.Gateway.Hubs.Models;

namespace Routing.Gateway.Hubs;

/// <summary>Change sets as frames of the hub.</summary>
internal static class LiveMapping
{
    /// <summary>Ended calls in a full frame: what a page shows of the past.</summary>
    public const int MaxEndedCallsCount = 50;

    /// <summary>SIP users named as examples.</summary>
    public const int MaxSipUsersCount = 8;

    public static LiveFrame Map(ChangeSet changes, RoutingWebOptions? hintsFrom, long nowMs) => new()
    {
        Full = changes.Full,
        Sequence = changes.Token.Sequence,
        NowMs = nowMs,
        Domain = Map(changes.Domain),
        Hints = hintsFrom is null || changes.Edge is null ? null : Map(changes.Edge, hintsFrom),
        Queues = OrNull(changes.Queues, Map),
        Agents = OrNull(changes.Agents, Map),
        Calls = OrNull(Recent(changes), Map),
        RemovedQueues = OrNull(changes.RemovedQueues, queue => queue.Value),
        RemovedAgents = OrNull(changes.RemovedAgents, agent => agent.Value),
    };

    /// <summary>The last frame of a stream that the server ends.</summary>
    public static LiveFrame End(DomainProjection projection, string reason, long nowMs) => new()
    {
        Full = false,
        Sequence = projection.Sequence,
        NowMs = nowMs,
        Domain = Map(projection.Summary!),
        Ended = reason,
    };

    /// <summary>All live calls, and of the ended ones the newest: change sets list the newest first.</summary>
    private static List<CallView> Recent(ChangeSet changes)
    {
        List<CallView> calls = [];
        int ended = 0;
        foreach (CallView call in changes.Calls)
        {
            if (call.State != CallState.Ended || !changes.Full || ++ended <= MaxEndedCallsCount)
            {
                calls.Add(call);
            }
        }

        return calls;
    }

    private static List<TTo>? OrNull<TFrom, TTo>(IReadOnlyList<TFrom> items, Func<TFrom, TTo> map) => items.Count == 0 ? null : [.. items.Select(map)];

    private static LiveDomain Map(DomainView domain) => new()
    {
        Id = domain.Domain.Value,
        AgeingMs = domain.AgeingMs,
        Offered = domain.Offered,
        Answered = domain.Answered,
        Abandoned = domain.Abandoned,
        OverflowedOut = domain.OverflowedOut,
        Rejected = domain.Rejected,
        Failed = domain.Failed,
        Announced = domain.Announced,
        Waiting = domain.Waiting,
        Talking = domain.Talking,
    };

    private static LiveHints Map(EdgeConfiguration edge, RoutingWebOptions options) => new()
    {
        Demo = edge.Demo,
        Realm = edge.Realm,
        SipAddresses = options.SipAddresses,
        Numbers = edge.Numbers,
        SipUsers = edge.Demo ? [.. edge.Agents.Take(MaxSipUsersCount).Select(agent => agent.SipUser)] : [],
        Version = options.Version,
    };

    private static LiveQueue Map(QueueReading reading)
    {
        QueueView queue = reading.View;
        return new LiveQueue
        {
            Id = queue.Id.Value,
            Name = queue.Name,
            Needs = ViewMapping.Map(queue.Needs),
            Condition = queue.Condition?.Text,
            Waiting = queue.Waiting,
            Ringing = queue.Ringing,
            Talking = queue.Talking,
            ReadyAgents = reading.ReadyAgents,
            ServiceLevelPercent = ViewMapping.ServiceLevelPercent(queue),
            ServiceLevelTargetMs = queue.ServiceLevelMs,
            AverageSpeedOfAnswerMs = ViewMapping.AverageSpeedOfAnswerMs(queue),
            Offered = queue.Offered,
            Answered = queue.Answered,
            Abandoned = queue.Abandoned,
            Overflowed = queue.Overflowed,
        };
    }

    private static LiveAgent Map(AgentView agent) => new()
    {
        Id = agent.Id.Value,
        Name = agent.Name,
        State = agent.State,
        Reason = agent.Reason,
        SinceMs = agent.SinceMs,
        Phones = agent.Phones,
        Call = agent.Call?.Value,
        Queue = agent.Queue?.Value,
        Skills = ViewMapping.Map(agent.Skills),
        Answered = agent.Answered,
        Missed = agent.Missed,
        ShiftAnswered = agent.ShiftAnswered,
        BusyMs = agent.BusyMs,
        ReadyMs = agent.ReadyMs,
    };

    private static LiveCall Map(CallView call) => new()
    {
        Id = call.Id.Value,
        State = call.State,
        Ani = call.Ani,
        Dnis = call.Dnis,
        DisplayName = call.DisplayName,
        Queue = call.Queue?.Value,
        Priority = call.Priority,
        ArrivedMs = call.ArrivedMs,
        EnqueuedMs = call.EnqueuedMs,
        OrderMs = call.OrderMs,
        OrderNumber = call.OrderNumber,
        Agent = call.Agent?.Value,
        AnsweredMs = call.AnsweredMs,
        EndedMs = call.EndedMs,
        Outcome = call.Outcome,
        Offers = call.Offers,
    };
}
