using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>
/// What may make an agent ready, offered, talking or in wrap-up, from the commands alone: an agent whose view says "ready" without a cause is as wrong
/// as one who is offered a call while not ready.
/// </summary>
internal static class AgentRules
{
    /// <summary>Runs before the mirror takes the turn: compares each agent's view with the one before it.</summary>
    public static void Check(Mirror mirror, CommittedTurn turn, TurnFacts facts)
    {
        foreach (OfferMade made in facts.Made)
        {
            if (LendingRules.IsLent(made.Agent))
            {
                continue;
            }

            AgentModel agent = Known(mirror, made.Agent);
            if (agent.State != AgentState.Ready && !MayBecomeReady(mirror, turn, facts, agent))
            {
                string rule = agent.State is AgentState.Talking or AgentState.Offered ? "double-booking" : "offered-not-ready";
                throw new CheckFailure(rule, $"{made.Offer} was offered to {made.Agent}, who was {agent.State} and had no cause to be ready");
            }
        }

        foreach ((AgentId id, AgentView view) in facts.Agents)
        {
            AgentModel agent = mirror.Agents.TryGetValue(id, out AgentModel? known) ? known : new AgentModel(id);
            if (view.State != agent.State)
            {
                CheckStep(mirror, turn, facts, agent, view);
            }

            if (view.State is AgentState.Ready or AgentState.Offered && view.Phones == 0 && !(agent.State == AgentState.Offered && view.State == AgentState.Offered))
            {
                throw new CheckFailure("ready-without-phone", $"{id} is {view.State} and has no phone");
            }
        }
    }

    private static AgentModel Known(Mirror mirror, AgentId id) =>
        mirror.Agents.TryGetValue(id, out AgentModel? agent) ? agent : throw new CheckFailure("unknown-agent", $"{id} is not configured");

    private static void CheckStep(Mirror mirror, CommittedTurn turn, TurnFacts facts, AgentModel agent, AgentView view)
    {
        bool right = view.State switch
        {
            AgentState.Ready => MayBecomeReady(mirror, turn, facts, agent),
            AgentState.Offered => facts.Made.Exists(made => made.Agent == agent.Id),
            AgentState.Talking => agent.State == AgentState.Offered && facts.EndedOffers.Exists(e => e.Agent == agent.Id && e.Result == OfferResult.Answered),
            AgentState.WrapUp => agent.State == AgentState.Talking && ConversationEnded(mirror, facts, agent),
            AgentState.NotReady => MayBecome(mirror, turn, facts, agent, AgentMode.NotReady, AgentAfterFailure.NotReady),
            AgentState.LoggedOut => MayBecome(mirror, turn, facts, agent, AgentMode.LoggedOut, AgentAfterFailure.LoggedOut),
            _ => false,
        };
        if (!right)
        {
            throw new CheckFailure("agent-step", $"{agent.Id} went from {agent.State} to {view.State} ({view.Reason}) without a cause");
        }
    }

    /// <summary>Every cause that decisions.md and the contracts give for an agent to be ready.</summary>
    private static bool MayBecomeReady(Mirror mirror, CommittedTurn turn, TurnFacts facts, AgentModel agent)
    {
        if (turn.Input.Command is SetAgentState set && set.Agent == agent.Id && set.Mode == AgentMode.Ready)
        {
            return turn.Result.Reply.IsOk;
        }

        return agent.State switch
        {
            AgentState.LoggedOut => FirstPhone(turn, agent) || Reachable(turn, agent) || Recovers(turn, agent),
            AgentState.NotReady => Reachable(turn, agent) || Recovers(turn, agent),
            AgentState.Offered => ReadyAfterOffer(mirror, facts, agent),
            AgentState.Talking => agent.MayBe(AgentMode.Ready) && ConversationEnded(mirror, facts, agent)
                && (WrapUpMs(mirror, agent) == 0 || turn.Input.Command is AgentLegEnded { Cause: AgentLegEndCause.ConnectFailed } or CallerLeft { Cause: CallerLeaveCause.ConnectFailed } or PeerSaid { Message: LoanEnded { Result: not LoanResult.Served } }),
            AgentState.WrapUp => agent.MayBe(AgentMode.Ready)
                && (agent.WrapUpUntilMs <= turn.NowMs || turn.IsConfiguration),
            _ => false,
        };
    }

    private static bool FirstPhone(CommittedTurn turn, AgentModel agent) =>
        turn.Input.Command is RegisterPhone register && register.Agent == agent.Id && turn.Result.Reply.IsOk
        && !agent.HasPhone(turn.NowMs) && agent.View?.Reason == "no-phone" && agent.Configuration?.OnRegister == OnRegister.Ready;

    private static bool Reachable(CommittedTurn turn, AgentModel agent) =>
        turn.Input.Command is RegisterPhone register && register.Agent == agent.Id && turn.Result.Reply.IsOk && agent.Unreachable;

    private static bool Recovers(CommittedTurn turn, AgentModel agent) => turn.Input.Command is TimerDue && agent.RecoverAtMs <= turn.NowMs;

    private static bool ReadyAfterOffer(Mirror mirror, TurnFacts facts, AgentModel agent)
    {
        OfferEnded? ended = facts.EndedOffers.Find(e => e.Agent == agent.Id);
        return ended is not null && agent.MayBe(AgentMode.Ready) && ended.Result switch
        {
            OfferResult.Withdrawn => true,
            OfferResult.Declined or OfferResult.NoAnswer or OfferResult.Unreachable or OfferResult.CallerLeft =>
                Policy(mirror, ended)?.Agent is null or AgentAfterFailure.Ready,
            _ => false,
        };
    }

    private static bool MayBecome(Mirror mirror, CommittedTurn turn, TurnFacts facts, AgentModel agent, AgentMode mode, AgentAfterFailure after)
    {
        if (turn.Input.Command is SetAgentState set && set.Agent == agent.Id)
        {
            return set.Mode == mode && turn.Result.Reply.IsOk;
        }

        if (facts.EndedOffers.Find(e => e.Agent == agent.Id) is { } ended && Policy(mirror, ended) is { } policy && policy.Agent == after)
        {
            return true;
        }

        if (IsLegFault(turn.Input.Command) && agent.State == AgentState.Talking && agent.View?.Queue is { } queue && mirror.Queue(queue)?.OnUnreachable.Agent == after)
        {
            return true;
        }

        // A lent agent who went away: in that mode once home has given them back, or when home is not heard of.
        if (agent.State == AgentState.Offered && facts.EndedOffers.Exists(e => e.Agent == agent.Id && e.Offer.Call.Value.Contains(':', StringComparison.Ordinal))
            && (agent.MayBe(mode) || (facts.Agents[agent.Id].Reason == RefusalReason.HomeSilent && turn.Input.Command is TimerDue)))
        {
            return true;
        }

        bool workEnded = agent.State == AgentState.WrapUp || (agent.State == AgentState.Talking && ConversationEnded(mirror, facts, agent));
        return (workEnded && agent.MayBe(mode)) || (mode == AgentMode.LoggedOut && LostPhone(turn, facts, agent));
    }

    /// <summary>An agent's leg that failed in conversation counts as unreachable.</summary>
    public static bool IsLegFault(Command command) =>
        command is AgentLegEnded { Cause: AgentLegEndCause.ConnectFailed } or PeerSaid { Message: LoanEnded { Result: LoanResult.AgentFault } };

    /// <summary>The last phone was taken away, or ran out: whatever command finds that out, the timer or a match that looked at the agent.</summary>
    private static bool LostPhone(CommittedTurn turn, TurnFacts facts, AgentModel agent) =>
        facts.Agents.TryGetValue(agent.Id, out AgentView? view) && view.Phones == 0
        && (!agent.HasPhone(turn.NowMs) || turn.Input.Command is RegisterPhone);

    private static bool ConversationEnded(Mirror mirror, TurnFacts facts, AgentModel agent)
    {
        foreach (CallModel call in mirror.Calls.Values)
        {
            if (call.View is { State: CallState.Talking } view && view.Agent == agent.Id)
            {
                return facts.Calls.TryGetValue(call.Id, out CallView? now) && now.State != CallState.Talking;
            }
        }

        return false;
    }

    private static int WrapUpMs(Mirror mirror, AgentModel agent) =>
        agent.View?.Queue is { } queue ? mirror.Queue(queue)?.WrapUpMs ?? 0 : 0;

    /// <summary>What the queue makes of the agent; nothing yet while too few calls in a row were not answered.</summary>
    public static OfferFailurePolicy? Policy(Mirror mirror, OfferEnded ended)
    {
        QueueConfiguration? queue = mirror.Queue(ended.Queue);
        return ended.Result switch
        {
            OfferResult.Declined => queue?.OnDecline,
            OfferResult.NoAnswer => mirror.Agents.TryGetValue(ended.Agent, out AgentModel? agent) && queue?.OnNoAnswer is { } policy && agent.MissedInRow + 1 < policy.AfterMisses
                ? policy with { Agent = AgentAfterFailure.Ready } : queue?.OnNoAnswer,
            OfferResult.CallerLeft => queue?.OnCallerLeft,
            OfferResult.Unreachable => queue?.OnUnreachable,
            _ => null,
        };
    }
}
