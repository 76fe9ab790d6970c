using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>How the mirror takes a turn: first what the command alone says, then what the events add.</summary>
internal static class MirrorUpdate
{
    /// <summary>Before the rules that compare with the state before: the new configuration, and a place for a call that arrives.</summary>
    public static void Begin(Mirror mirror, CommittedTurn turn)
    {
        switch (turn.Input.Command)
        {
            case ApplyConfiguration or RollbackConfiguration:
                if (ConfigurationRules.Take(mirror, turn) is { } configuration)
                {
                    Configure(mirror, configuration);
                    mirror.ConfiguredMs = turn.NowMs;
                }

                break;
            case CallArrived arrived when !mirror.Calls.ContainsKey(arrived.Call) && !mirror.Ended.ContainsKey(arrived.Call):
                if (mirror.Number(arrived.Dnis) is not null && !LeaseRules.HasLapsed(mirror, arrived.Gateway) && !SuccessionRules.IsRefused(mirror, arrived))
                {
                    var call = new CallModel
                    {
                        Id = arrived.Call,
                        Gateway = arrived.Gateway,
                        LateOffer = arrived.LateOffer,
                        ArrivedSequence = turn.Input.Sequence,
                        Queue = mirror.Route(arrived, turn.NowMs).To.Queue ?? default,
                        EnteredMs = turn.NowMs,
                        Invite = arrived.Invite,
                        InvitedMs = arrived.InvitedMs,
                    };
                    SuccessionRules.Begin(mirror, turn, arrived, call);
                    call.Legs[arrived.Leg.Leg] = arrived.Leg.State;
                    mirror.Calls.Add(arrived.Call, call);
                }

                break;
            case CallsClosed closed:
                RestoreRules.Close(mirror, closed);
                break;
            case Resume resume:
                Shift(mirror, resume.DownForMs, turn.NowMs);
                break;
            case GatewayStarted started when !mirror.Restored.TryGetValue(started.Gateway, out long known) || started.Incarnation > known:
                RingAgain(mirror, started.Gateway, turn.NowMs);
                AnnouncementRules.BeginAgain(mirror, started.Gateway, turn.NowMs);
                break;
            default:
                break;
        }
    }

    /// <summary>After the rules: the state as of now.</summary>
    public static void Apply(Mirror mirror, CommittedTurn turn, TurnFacts facts)
    {
        mirror.Sequence = turn.Input.Sequence;
        mirror.NowMs = turn.NowMs;
        ApplyLegs(mirror, turn, facts);
        foreach (OfferEnded ended in facts.EndedOffers)
        {
            ApplyOfferEnd(mirror, turn, ended);
        }

        foreach (VisitEnded visit in facts.Visits)
        {
            ApplyVisit(mirror, turn, facts, visit);
        }

        foreach ((CallId id, CallView view) in facts.Calls)
        {
            ApplyCall(mirror, turn, id, view);
        }

        foreach (OfferMade made in facts.Made)
        {
            ApplyOffer(mirror, turn, facts, made);
        }

        ApplyAgents(mirror, turn, facts);
        ApplyQueues(mirror, facts);
        mirror.Domain = facts.Domain ?? mirror.Domain;
    }

    private static void Configure(Mirror mirror, DomainConfiguration configuration)
    {
        mirror.Configuration = configuration;
        foreach (AgentModel known in mirror.Agents.Values)
        {
            known.Configuration = null;
        }

        foreach (AgentConfiguration agent in configuration.Agents)
        {
            if (!mirror.Agents.TryGetValue(agent.Id, out AgentModel? model))
            {
                model = new AgentModel(agent.Id);
                mirror.Agents.Add(agent.Id, model);
            }

            model.Configuration = agent;
        }

        foreach (QueueConfiguration queue in configuration.Queues)
        {
            mirror.Queues.TryAdd(queue.Id, new QueueTally());
        }
    }

    /// <summary>Nobody is given up before its gateway had 10 s to come back.</summary>
    private static void Shift(Mirror mirror, long byMs, long nowMs)
    {
        if (byMs == 0)
        {
            return;
        }

        foreach (OfferModel offer in mirror.Offers.Values)
        {
            offer.DueMs = Math.Min(Math.Max(offer.DueMs + byMs, nowMs + 10_000), offer.NotAfterMs);
        }

        foreach (CallModel call in mirror.Calls.Values)
        {
            call.ShiftMs += byMs;
            call.AnnouncementDueMs += byMs;
        }
    }

    /// <summary>What rings at a gateway that came back rings 5 s more at least.</summary>
    private static void RingAgain(Mirror mirror, GatewayId gateway, long nowMs)
    {
        foreach (OfferModel offer in mirror.Offers.Values)
        {
            if (mirror.Calls.TryGetValue(offer.Id.Call, out CallModel? call) && call.Gateway == gateway)
            {
                offer.DueMs = Math.Min(Math.Max(offer.DueMs, nowMs + 5_000), offer.NotAfterMs);
            }
        }
    }

    private static void ApplyLegs(Mirror mirror, CommittedTurn turn, TurnFacts facts)
    {
        if (!turn.Result.Reply.IsOk)
        {
            return;
        }

        (CallId Call, LegState? Leg) changed = turn.Input.Command switch
        {
            LegChanged leg => (leg.Call, leg.Leg),
            OfferRinging ringing when mirror.Offers.ContainsKey(ringing.Offer) => (ringing.Offer.Call, ringing.Leg),
            OfferAnswered answered when facts.EndOf(answered.Offer) is not null => (answered.Offer.Call, answered.Leg),
            _ => default,
        };
        if (changed.Leg is { } state && mirror.Calls.TryGetValue(changed.Call, out CallModel? call))
        {
            call.Legs[state.Leg] = state.State;
        }
    }

    private static void ApplyOfferEnd(Mirror mirror, CommittedTurn turn, OfferEnded ended)
    {
        mirror.Offers.Remove(ended.Offer);
        LentCoolOffRules.Failed(mirror, turn, ended);
        if (LendingRules.IsLent(ended.Agent) || AgentRules.Policy(mirror, ended) is not { } policy)
        {
            return;
        }

        if (mirror.Calls.TryGetValue(ended.Offer.Call, out CallModel? call))
        {
            call.CoolOffUntilMs[ended.Agent] = turn.NowMs + (mirror.Queue(ended.Queue)?.CoolOffMs ?? 0);
        }

        if (mirror.Agents.TryGetValue(ended.Agent, out AgentModel? agent))
        {
            agent.MissedInRow += ended.Result == OfferResult.NoAnswer ? 1 : 0;
            Punish(agent, turn, policy, ended.Result == OfferResult.Unreachable);
        }
    }

    private static void Punish(AgentModel agent, CommittedTurn turn, OfferFailurePolicy? policy, bool isUnreachable)
    {
        // Who is lent may go away while home rings them: what they set themselves is stronger.
        if (policy is null || policy.Agent == AgentAfterFailure.Ready || !agent.MayBe(AgentMode.Ready))
        {
            return;
        }

        agent.Under = policy.Agent == AgentAfterFailure.NotReady ? AgentMode.NotReady : AgentMode.LoggedOut;
        agent.RecoverAtMs = policy.RecoverAfterMs > 0 ? turn.NowMs + policy.RecoverAfterMs : long.MaxValue;
        agent.Unreachable = isUnreachable;
    }

    private static void ApplyVisit(Mirror mirror, CommittedTurn turn, TurnFacts facts, VisitEnded visit)
    {
        Enter(mirror, turn, mirror.Calls[visit.Call], visit.Queue);
        mirror.Calls[visit.Call].Visiting = null;
        if (mirror.Calls[visit.Call].Home is not null)
        {
            return;
        }

        QueueTally tally = mirror.Queues[visit.Queue];
        switch (visit.Result)
        {
            case VisitResult.Served:
                tally.AnsweredAll++;
                break;
            case VisitResult.Abandoned:
                tally.Abandoned++;
                break;
            case VisitResult.Overflowed:
                tally.Overflowed++;
                break;
            case VisitResult.Announced:
                tally.Announced++;
                break;
            default:
                bool failed = facts.Calls.TryGetValue(visit.Call, out CallView? view) && view.Outcome == CallOutcome.Failed;
                tally.Failed += failed ? 1 : 0;
                tally.Rejected += failed ? 0 : 1;
                break;
        }
    }

    /// <summary>Unless the visit goes on that it is in.</summary>
    private static void Enter(Mirror mirror, CommittedTurn turn, CallModel call, QueueId queue)
    {
        if (call.Visiting != queue)
        {
            call.Visiting = queue;
            call.Queue = queue;
            call.EnteredMs = turn.NowMs;
            call.EnteredSequence = turn.Input.Sequence;
            call.AttemptsBeforeCount = call.View?.Seeks?.Max(seek => seek.Attempt) ?? call.AttemptsBeforeCount;
            call.PausedUntilMs.Clear();
            call.ShiftMs = 0;
            mirror.Queues[queue].Offered += call.Home is null ? 1 : 0;
        }
    }

    private static void ApplyCall(Mirror mirror, CommittedTurn turn, CallId id, CallView view)
    {
        CallModel call = mirror.Calls[id];
        bool talked = call.View?.State == CallState.Talking;
        if (call.View is null)
        {
            mirror.Offered += call.Home is null ? 1 : 0;
            call.EnteredSequence = call.Former is null ? turn.Input.Sequence : call.EnteredSequence;
        }

        if (view is { State: CallState.Waiting or CallState.Ringing, Queue: { } queue })
        {
            Enter(mirror, turn, call, queue);
        }

        call.View = view;
        if (view.State != CallState.Ended)
        {
            return;
        }

        mirror.Calls.Remove(id);
        CallOutcome outcome = view.Outcome ?? throw new CheckFailure("outcome-missing", $"{id} ended without an outcome");
        mirror.Ended.Add(id, outcome);
        if (call.Home is not null)
        {
            mirror.GuestsEnded[outcome == CallOutcome.Returned] = mirror.GuestsEnded.GetValueOrDefault(outcome == CallOutcome.Returned) + 1;
            return;
        }

        mirror.Closing.Add(id, call);
        mirror.Outcomes[outcome] = mirror.Outcomes.GetValueOrDefault(outcome) + 1;
        if (talked)
        {
            QueueTally tally = mirror.Queues[call.Queue];
            tally.Answered += outcome == CallOutcome.Answered ? 1 : 0;
            tally.Failed += outcome == CallOutcome.Failed ? 1 : 0;
        }
    }

    private static void ApplyOffer(Mirror mirror, CommittedTurn turn, TurnFacts facts, OfferMade made)
    {
        if (mirror.Calls.TryGetValue(made.Offer.Call, out CallModel? call))
        {
            call.OffersMade = made.Offer.Number;
        }

        if (facts.EndedOffers.Exists(ended => ended.Offer == made.Offer))
        {
            return;
        }

        (long dueMs, long notAfterMs) = LendingRules.Deadline(mirror, turn, made);
        mirror.Offers.Add(made.Offer, new OfferModel
        {
            Id = made.Offer,
            Agent = made.Agent,
            Queue = made.Queue,
            OfferedMs = turn.NowMs,
            DueMs = dueMs,
            NotAfterMs = notAfterMs,
        });
    }

    private static void ApplyAgents(Mirror mirror, CommittedTurn turn, TurnFacts facts)
    {
        foreach ((AgentId id, AgentView view) in facts.Agents)
        {
            AgentModel agent = mirror.Agents[id];
            if (agent.State == AgentState.Talking && AgentRules.IsLegFault(turn.Input.Command) && agent.MayBe(AgentMode.Ready)
                && view.State is AgentState.NotReady or AgentState.LoggedOut)
            {
                Punish(agent, turn, agent.View?.Queue is { } faulty ? mirror.Queue(faulty)?.OnUnreachable : null, isUnreachable: true);
            }

            if (view.State == AgentState.WrapUp && agent.State != AgentState.WrapUp)
            {
                agent.WrapUpUntilMs = turn.NowMs + (agent.View?.Queue is { } queue ? mirror.Queue(queue)?.WrapUpMs ?? 0 : 0);
            }

            if (facts.EndedOffers.Exists(ended => ended.Agent == id && ended.Result == OfferResult.Answered))
            {
                agent.Shift.Answered++;
            }

            agent.Shift.Take(agent.View, view);
            agent.MissedInRow = view.State is AgentState.Ready or AgentState.Offered ? agent.MissedInRow : 0;
            bool isSameOffer = agent.View is { State: AgentState.Offered } before && before.Call == view.Call;
            bool phonesCameOrWent = view.Phones == 0 || agent.View is { Phones: 0 };
            agent.View = view;
            agent.Under = view.State switch
            {
                AgentState.Ready => AgentMode.Ready,

                // Who is lent and went away stays offered until home gives them back.
                AgentState.Offered => isSameOffer && IsLentOut(mirror, id) ? phonesCameOrWent ? null : agent.Under : AgentMode.Ready,
                AgentState.NotReady => AgentMode.NotReady,
                AgentState.LoggedOut => AgentMode.LoggedOut,
                _ => phonesCameOrWent ? null : agent.Under,
            };
            if (view.State is AgentState.Ready || (view.State is AgentState.Offered && !(isSameOffer && IsLentOut(mirror, id))) || view.Reason == "no-phone")
            {
                agent.RecoverAtMs = long.MaxValue;
                agent.Unreachable = false;
            }
        }

        foreach (AgentId removed in facts.RemovedAgents)
        {
            mirror.Agents.Remove(removed);
        }

        if (turn.Input.Command is SetAgentState set && turn.Result.Reply.IsOk && mirror.Agents.TryGetValue(set.Agent, out AgentModel? changed))
        {
            changed.Under = set.Mode;
            changed.MissedInRow = 0;
            changed.RecoverAtMs = long.MaxValue;
            changed.Unreachable = false;
        }
    }

    /// <summary>Rings for a call of another domain.</summary>
    public static bool IsLentOut(Mirror mirror, AgentId agent) => mirror.OfferOf(agent) is { } offer && mirror.Calls.TryGetValue(offer.Id.Call, out CallModel? call) && call.Home is not null;

    private static void ApplyQueues(Mirror mirror, TurnFacts facts)
    {
        foreach ((QueueId id, QueueView view) in facts.Queues)
        {
            mirror.Queues[id].View = view;
        }

        foreach (QueueId removed in facts.RemovedQueues)
        {
            mirror.Queues.Remove(removed);
        }
    }
}
