using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Call;
using Routing.Grains.Domain;

namespace Routing.Grains.Agent;

/// <summary>Changes of an agent's mode: by hand, by a policy after a failed offer, by the configuration.</summary>
internal static class AgentModes
{
    public static CommandReply Set(AgentGrain agent, SetAgentState command, TurnContext turn)
    {
        AgentRecord record = agent.Record;
        if (command.Mode == AgentMode.Ready && !agent.IsReachable(turn.NowMs))
        {
            return new CommandReply(ReplyCode.Conflict, $"Agent '{agent.Id}' has no registered phone, so no call could reach them.");
        }

        if (record is { Activity: AgentActivity.Talking, Offer: { } offer })
        {
            GuestCalls.FreeByHand(turn.FindCall(offer.Call), turn);
        }

        string? reason = command.Mode == AgentMode.Ready || string.IsNullOrWhiteSpace(command.Reason) ? null : command.Reason;
        bool isByHandAlready = record is { LacksPhone: false, HealsOnRegister: false, RecoverAtMs: 0 };
        if (record.MissedInRow != 0)
        {
            record.MissedInRow = 0;
            turn.Touch(agent, isView: false);
        }

        if (record.Mode == command.Mode && record.Reason == reason && isByHandAlready && record.Activity != AgentActivity.WrapUp)
        {
            return CommandReply.Ok;
        }

        Become(agent, command.Mode, reason, AgentModeCause.ByHand, turn);
        record.ModeBy = command.Actor;
        if (record.Activity == AgentActivity.WrapUp)
        {
            AgentWork.FinishWork(agent, turn);
        }

        if (record.Activity == AgentActivity.Offered && command.Mode != AgentMode.Ready)
        {
            AgentWork.Withdraw(agent, turn);
        }

        agent.Changed(turn);
        return CommandReply.Ok;
    }

    /// <summary>Ready, or logged out for lack of a phone: nobody is ready whom no call can reach.</summary>
    public static void BecomeReady(AgentGrain agent, AgentModeCause cause, TurnContext turn)
    {
        AgentRegistrations.DropExpired(agent, turn);
        if (agent.HasPhone)
        {
            Become(agent, AgentMode.Ready, null, cause, turn);
        }
        else
        {
            LosePhone(agent, turn);
        }
    }

    public static void LosePhone(AgentGrain agent, TurnContext turn)
    {
        Become(agent, AgentMode.LoggedOut, AgentGrain.NoPhoneReason, AgentModeCause.NoPhone, turn);
        agent.Record.LacksPhone = true;
    }

    /// <summary>What a policy makes of an agent after a failed offer. A mode set by hand meanwhile is stronger.</summary>
    public static void AfterFailure(AgentGrain agent, OfferFailurePolicy policy, OfferResult result, CallId call, TurnContext turn)
    {
        AgentRecord record = agent.Record;
        if (record.Mode != AgentMode.Ready || policy.Agent == AgentAfterFailure.Ready || (result == OfferResult.NoAnswer && record.MissedInRow < policy.AfterMisses))
        {
            return;
        }

        AgentModeCause cause = result switch
        {
            OfferResult.Declined => AgentModeCause.Declined,
            OfferResult.NoAnswer => AgentModeCause.NoAnswer,
            OfferResult.CallerLeft => AgentModeCause.CallerLeft,
            _ => AgentModeCause.Unreachable,
        };
        Become(agent, policy.Agent == AgentAfterFailure.NotReady ? AgentMode.NotReady : AgentMode.LoggedOut, policy.Reason, cause, turn);
        record.ModeCall = call;
        record.HealsOnRegister = result == OfferResult.Unreachable;
        record.RecoverAtMs = policy.RecoverAfterMs > 0 ? turn.NowMs + policy.RecoverAfterMs : 0;
    }

    /// <summary>The policy's time is over.</summary>
    public static void Recover(AgentGrain agent, TurnContext turn)
    {
        BecomeReady(agent, AgentModeCause.Recovered, turn);
        agent.Changed(turn);
    }

    /// <summary>No longer configured: leaves at once, or after the conversation.</summary>
    public static void Retire(AgentGrain agent, TurnContext turn)
    {
        agent.Record.RemovedName = agent.Configuration?.Name ?? agent.Record.RemovedName;
        agent.Configuration = null;
        if (agent.Record.Activity == AgentActivity.Offered)
        {
            AgentWork.Withdraw(agent, turn);
        }

        agent.Changed(turn);
        if (agent.Record.Activity is not (AgentActivity.Talking or AgentActivity.Offered))
        {
            turn.Remove(agent);
        }
    }

    private static void Become(AgentGrain agent, AgentMode mode, string? reason, AgentModeCause cause, TurnContext turn)
    {
        AgentRecord record = agent.Record;
        record.Mode = mode;
        record.Reason = reason;
        record.ModeCause = cause;
        record.ModeBy = null;
        record.ModeCall = null;
        record.LacksPhone = false;
        record.HealsOnRegister = false;
        record.RecoverAtMs = 0;
        record.MissedInRow = 0;
        if (mode != AgentMode.LoggedOut && record.IdleSinceMs == 0)
        {
            record.IdleSinceMs = turn.NowMs;
        }
    }
}
