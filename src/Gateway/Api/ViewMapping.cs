using Routing.Contracts.Lending;
using Routing.Contracts.Views;
using Routing.Gateway.Api.Models;
using Routing.Gateway.Feeds;

namespace Routing.Gateway.Api;

/// <summary>Views as the API shows them; what depends on the time is computed here, at the read.</summary>
internal static class ViewMapping
{
    public static DateTime Time(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs).UtcDateTime;

    public static DateTime? Time(long? unixMs) => unixMs is { } value ? Time(value) : null;

    /// <summary>0 stands for never.</summary>
    public static DateTime? TimeIfAny(long unixMs) => unixMs > 0 ? Time(unixMs) : null;

    public static AgentModel Map(AgentView agent, long nowMs) => new()
    {
        Id = agent.Id.Value,
        Name = agent.Name,
        State = agent.State,
        Reason = agent.Reason,
        Since = TimeIfAny(agent.SinceMs),
        StateMs = agent.SinceMs > 0 ? Elapsed(agent.SinceMs, nowMs) : null,
        IdleSince = TimeIfAny(agent.IdleSinceMs),
        Phones = agent.Phones,
        Call = agent.Call?.Value,
        Queue = agent.Queue?.Value,
        Skills = Map(agent.Skills),
        Answered = agent.Answered,
        Missed = agent.Missed,
        ShiftAnswered = agent.ShiftAnswered,
        BusyMs = agent.BusyMs + (agent.State is AgentState.Offered or AgentState.Talking or AgentState.WrapUp ? Elapsed(agent.SinceMs, nowMs) : 0),
        ReadyMs = agent.ReadyMs + (agent.State is AgentState.Ready ? Elapsed(agent.SinceMs, nowMs) : 0),
    };

    public static QueueModel Map(QueueReading reading, long nowMs)
    {
        QueueView queue = reading.View;
        return new QueueModel
        {
            Id = queue.Id.Value,
            Name = queue.Name,
            Needs = Map(queue.Needs),
            Condition = queue.Condition?.Text,
            Rings = queue.Rings,
            Waiting = queue.Waiting,
            Ringing = queue.Ringing,
            Talking = queue.Talking,
            LongestWaitMs = reading.LongestWaitSinceMs is { } since ? Elapsed(since, nowMs) : null,
            ReadyAgents = reading.ReadyAgents,
            ServiceLevelPercent = ServiceLevelPercent(queue),
            ServiceLevelTargetMs = queue.ServiceLevelMs,
            AverageSpeedOfAnswerMs = AverageSpeedOfAnswerMs(queue),
            Offered = queue.Offered,
            Answered = queue.Answered,
            Abandoned = queue.Abandoned,
            Overflowed = queue.Overflowed,
            Rejected = queue.Rejected,
            Failed = queue.Failed,
            Announced = queue.Announced,
        };
    }

    /// <summary>Answered within T / (answered + abandoned), percent with one decimal; null before the first call is over.</summary>
    public static double? ServiceLevelPercent(QueueView queue)
    {
        long counted = queue.AnsweredAll + queue.Abandoned;
        return counted == 0 ? null : Math.Round(100.0 * queue.AnsweredWithinServiceLevel / counted, 1, MidpointRounding.AwayFromZero);
    }

    public static long? AverageSpeedOfAnswerMs(QueueView queue) => queue.AnsweredAll == 0 ? null : queue.AnsweredWaitMs / queue.AnsweredAll;

    public static CallModel Map(CallReading reading, long nowMs)
    {
        CallView call = reading.View;
        bool waits = call.State is CallState.Waiting or CallState.Ringing;
        long waitEndMs = call.AnsweredMs ?? call.EndedMs ?? nowMs;
        return new CallModel
        {
            Id = call.Id.Value,
            State = call.State,
            Ani = call.Ani,
            Dnis = call.Dnis,
            DisplayName = call.DisplayName,
            Customer = call.Customer?.Value,
            Queue = call.Queue?.Value,
            Priority = call.Priority,
            Position = reading.Position > 0 ? reading.Position : null,
            Ring = waits ? call.Ring + 1 : null,
            Rings = waits && reading.Rings.Count > 0 ? reading.Rings.Count : null,
            Needs = waits && call.Ring < reading.Rings.Count ? reading.Rings[call.Ring] : null,
            NextRing = waits ? Time(call.NextRingAtMs) : null,
            PreferredAgent = waits ? call.PreferredAgent?.Value : null,
            HeldUntil = waits ? Time(call.HoldUntilMs) : null,
            OfferedTo = [.. reading.OfferedTo.Select(agent => agent.Value)],
            Agent = call.Agent?.Value,
            Arrived = Time(call.ArrivedMs),
            Enqueued = TimeIfAny(call.EnqueuedMs),
            Answered = Time(call.AnsweredMs),
            Ended = Time(call.EndedMs),
            WaitMs = Elapsed(call.ArrivedMs, waitEndMs),
            QueueWaitMs = call.EnqueuedMs > 0 ? Elapsed(call.EnqueuedMs, waitEndMs) : null,
            // Whom an agent answered and who was never connected did not talk.
            TalkMs = call.AnsweredMs is { } answered && call.Outcome != CallOutcome.Failed ? Elapsed(answered, call.EndedMs ?? nowMs) : null,
            Outcome = call.Outcome,
            EndReason = call.EndReason,
            Announcement = call.Announcement,
            AnnouncementUntil = Time(call.AnnouncementUntilMs),
            Home = call.Home?.Value,
            Lender = call.Lender?.Value,
            Borrowing = Map(call.Seeks),
            Offers = call.Offers,
        };
    }

    /// <summary>Null for none.</summary>
    public static IReadOnlyList<SeekModel>? Map(IReadOnlyList<SeekView>? seeks) => seeks is null ? null : [.. seeks.Select(static seek => new SeekModel
    {
        Domain = seek.Domain.Value,
        Queue = seek.Queue.Value,
        Since = Time(seek.SinceMs),
        State = seek.State,
        Reason = seek.Reason,
        Again = Time(seek.AgainAtMs),
    })];

    public static CallDetailModel Map(CallDetail detail, CallReading? live, long nowMs) => new()
    {
        Call = Map(live is { } reading && detail.Call.State != CallState.Ended ? reading : new CallReading(detail.Call, 0, [], []), nowMs),
        Timeline = [.. detail.Timeline.Select(step => new TimelineModel { At = Time(step.AtMs), Kind = step.Kind, Text = TimelineText.Of(step) })],
        Visits = [.. detail.Visits.Select(visit => Map(visit, nowMs))],
        Offers = [.. detail.Offers.Select(Map)],
    };

    public static CustomerModel Map(CustomerView customer) => new()
    {
        Ani = customer.Id.Value,
        Calls = customer.Calls,
        FirstCall = Time(customer.FirstCallMs),
        LastCall = Time(customer.LastCallMs),
        LastAgent = customer.LastAgent?.Value,
        LastOutcome = customer.LastOutcome,
    };

    public static IReadOnlyList<SkillModel> Map(IReadOnlyList<SkillLevel> skills) =>
        [.. skills.Select(skill => new SkillModel { Skill = skill.Skill, Level = skill.Level })];

    private static VisitModel Map(VisitView visit, long nowMs) => new()
    {
        Queue = visit.Queue.Value,
        Entered = Time(visit.EnteredMs),
        Left = Time(visit.LeftMs),
        Result = visit.Result,
        Reason = visit.Reason,
        WaitMs = Elapsed(visit.EnteredMs, visit.LeftMs ?? nowMs),
    };

    private static OfferModel Map(OfferView offer) => new()
    {
        Number = offer.Number,
        Agent = offer.Agent.Value,
        Queue = offer.Queue.Value,
        Offered = Time(offer.OfferedMs),
        Ringing = Time(offer.RingingMs),
        Ended = Time(offer.EndedMs),
        Result = offer.Result,
        SipStatus = offer.SipStatus == 0 ? null : offer.SipStatus,
        Why = Map(offer.Why),
    };

    private static WhyModel Map(WhyRecord why) => new()
    {
        Text = WhyText.Of(why),
        Trigger = why.Trigger,
        Rule = why.Rule,
        ConfigurationVersion = why.ConfigurationVersion,
        WaitedMs = why.WaitedMs,
        PoolSize = why.PoolSize,
        After = why.After?.Value,
        DrawNumber = why.Draw?.Number,
        DrawOf = why.Draw?.Of,
        Agents = [.. why.Agents.Select(agent => new AgentCandidateModel
        {
            Agent = agent.Agent.Value,
            IdleMs = agent.IdleMs,
            SkillSum = agent.SkillSum,
            Value = agent.Value,
        })],
        Calls = [.. why.Calls.Select(call => new CallCandidateModel
        {
            Call = call.Call.Value,
            Queue = call.Queue.Value,
            Priority = call.Priority,
            WaitedMs = call.WaitedMs,
            Ringing = call.IsRinging,
            Value = call.Value,
            Weight = call.Weight,
        })],
        ExcludedCount = why.ExcludedCount,
        Excluded = [.. why.Excluded.Select(excluded => new ExclusionModel { Who = excluded.Who, Reason = excluded.Reason })],
    };

    /// <summary>Clocks of two machines may differ a little: nobody waits a negative time.</summary>
    private static long Elapsed(long sinceMs, long nowMs) => Math.Max(0, nowMs - sinceMs);
}
