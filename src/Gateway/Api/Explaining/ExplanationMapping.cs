using Routing.Contracts.Explanations;
using Routing.Contracts.Views;
using Routing.Gateway.Api.Models;

namespace Routing.Gateway.Api.Explaining;

/// <summary>Explanations as the API shows them.</summary>
internal static class ExplanationMapping
{
    public static CallExplanationModel Map(CallExplanation why)
    {
        bool inLine = why.Order is not null;
        return new CallExplanationModel
        {
            Call = why.Call.Id.Value,
            State = why.Call.State,
            Queue = why.Call.Queue?.Value,
            Arrived = ViewMapping.Time(why.Call.ArrivedMs),
            At = ViewMapping.Time(why.AtMs),
            Sequence = why.Sequence,
            ConfigurationVersion = why.ConfigurationVersion,
            Reason = why.Reason,
            Text = CallExplanationText.Of(why),
            Details = CallExplanationText.Details(why),
            Needs = why.Needs,
            Ring = inLine ? why.Ring + 1 : null,
            Rings = inLine ? why.Rings : null,
            HeldFor = why.HeldFor?.Value,
            HeldForReason = why.HeldForReason,
            HeldForDetail = why.HeldForDetail,
            Home = why.Call.Home?.Value,
            Lender = why.Call.Lender?.Value,
            Borrowing = ViewMapping.Map(why.Call.Seeks),
            Order = why.Order,
            Ahead = inLine ? why.Ahead : null,
            InLine = inLine ? why.InLine : null,
            AheadInDomain = inLine ? why.AheadInDomain : null,
            WaitingInDomain = inLine ? why.WaitingInDomain : null,
            CouldServe = inLine ? why.CouldServe : null,
            Ready = inLine ? why.Ready : null,
            ReadyAsked = inLine ? why.ReadyAsked : null,
            Agents = [.. why.Agents.Select(group => new AgentGroupModel
            {
                Reason = group.Reason,
                Detail = group.Detail,
                Count = group.Count,
                First = [.. group.First.Select(agent => agent.Value)],
            })],
            Timers = Map(why.Timers, why.AtMs),
        };
    }

    /// <summary>A call that is over waits for nothing.</summary>
    public static CallExplanationModel MapEnded(CallView call, long nowMs) => new()
    {
        Call = call.Id.Value,
        State = call.State,
        Queue = call.Queue?.Value,
        Arrived = ViewMapping.Time(call.ArrivedMs),
        At = ViewMapping.Time(nowMs),
        Sequence = 0,
        ConfigurationVersion = 0,
        Reason = "ended",
        Text = CallExplanationText.OfEnded(call),
        Details = [],
        Agents = [],
        Timers = [],
    };

    public static AgentExplanationModel Map(AgentExplanation why) => new()
    {
        Agent = why.Agent.Id.Value,
        State = why.Agent.State,
        StateReason = why.Agent.Reason,
        Since = ViewMapping.TimeIfAny(why.Agent.SinceMs),
        At = ViewMapping.Time(why.AtMs),
        Sequence = why.Sequence,
        ConfigurationVersion = why.ConfigurationVersion,
        Reason = why.Reason,
        Text = AgentExplanationText.Of(why),
        Details = AgentExplanationText.Details(why),
        Cause = why.Cause,
        By = why.By,
        CauseCall = why.CauseCall?.Value,
        Call = why.Agent.Call?.Value,
        LentTo = why.LentTo?.Value,
        LentFor = why.LentFor?.Value,
        Defect = why.Defect,
        Queues = [.. why.Queues.Select(queue => queue.Value)],
        QueuesCount = why.QueuesCount,
        WaitingInDomain = why.WaitingInDomain,
        WaitingWithinReach = why.WaitingWithinReach,
        Lines = [.. why.Lines.Select(line => new WaitingLineModel
        {
            Needs = line.Needs,
            Calls = line.Calls,
            First = line.First.Value,
            Queue = line.Queue.Value,
            Reason = line.Reason,
            Missing = line.Missing,
            Detail = line.Detail,
        })],
        LinesCount = why.LinesCount,
        Timers = Map(why.Timers, why.AtMs),
    };

    private static IReadOnlyList<NextTimerModel> Map(IReadOnlyList<NextTimer> timers, long nowMs) =>
        [.. timers.Select(timer => new NextTimerModel { Name = timer.Name, Due = ViewMapping.Time(timer.DueMs), InMs = Math.Max(0, timer.DueMs - nowMs) })];
}
