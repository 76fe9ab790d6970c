using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Views;
using Routing.Grains.Domain;

namespace Routing.Grains.Agent;

/// <summary>
/// The registrar's part of an agent (RFC 3261 §10.3). A phone that appears makes an agent ready who was logged out for lack of one; a refresh never
/// overrides wrap-up, RONA, or a mode set by hand.
/// </summary>
internal static class AgentRegistrations
{
    /// <summary>More contacts than this push out the one that was refreshed longest ago: the phone at hand can always register, whatever left its bindings behind.</summary>
    public const int MaxBindingsCount = 10;

    public static CommandReply Register(AgentGrain agent, RegisterPhone command, TurnContext turn)
    {
        List<BindingRecord> bindings = agent.Record.Bindings;
        if (FindStale(bindings, command) is { } stale)
        {
            return new CommandReply(
                ReplyCode.Conflict,
                $"CSeq {command.CSeq} is not higher than {stale.CSeq} of the same Call-ID (RFC 3261 §10.3 step 7).");
        }

        bool isQuery = !command.RemoveAll && command.Changes.Count == 0;
        if (!isQuery)
        {
            Update(agent, command, turn);
        }

        return new RegistrationReply(Live(agent, turn.NowMs));
    }

    /// <summary>Bindings that have not expired, newest first.</summary>
    public static IReadOnlyList<PhoneBinding> Live(AgentGrain agent, long nowMs) =>
        [.. agent.Record.Bindings.Where(binding => binding.Binding.ExpiresAtMs > nowMs).Select(binding => binding.Binding)];

    public static long NextExpiryMs(AgentGrain agent)
    {
        long nextMs = long.MaxValue;
        foreach (BindingRecord binding in agent.Record.Bindings)
        {
            nextMs = Math.Min(nextMs, binding.Binding.ExpiresAtMs);
        }

        return nextMs;
    }

    public static void Expire(AgentGrain agent, TurnContext turn)
    {
        DropExpired(agent, turn);
        FollowPhones(agent, hasRegistered: false, turn);
        agent.Changed(turn);
    }

    /// <summary>Forgets what expired, whether its timer fired yet or not. The caller sees to what follows from it.</summary>
    public static void DropExpired(AgentGrain agent, TurnContext turn) =>
        agent.Record.Bindings.RemoveAll(binding => binding.Binding.ExpiresAtMs <= turn.NowMs);

    private static void Update(AgentGrain agent, RegisterPhone command, TurnContext turn)
    {
        List<BindingRecord> bindings = agent.Record.Bindings;
        int removedCount = bindings.RemoveAll(binding => binding.Binding.ExpiresAtMs <= turn.NowMs || command.RemoveAll);
        bool hasRegistered = false;
        foreach (BindingChange change in command.Changes)
        {
            removedCount += bindings.RemoveAll(binding => Replaces(change, binding.Binding));
            if (change.ExpiresSeconds > 0)
            {
                hasRegistered = true;
                bindings.Insert(0, ToRecord(change, command, turn));
            }
        }

        if (removedCount == 0 && !hasRegistered)
        {
            return;
        }

        if (bindings.Count > MaxBindingsCount)
        {
            bindings.RemoveRange(MaxBindingsCount, bindings.Count - MaxBindingsCount);
        }

        FollowPhones(agent, hasRegistered, turn);
        agent.Changed(turn);
    }

    private static void FollowPhones(AgentGrain agent, bool hasRegistered, TurnContext turn)
    {
        AgentRecord record = agent.Record;
        if (!agent.HasPhone)
        {
            if (record.Mode == AgentMode.Ready)
            {
                AgentModes.LosePhone(agent, turn);
            }

            if (record.Activity == AgentActivity.Offered)
            {
                AgentWork.Withdraw(agent, turn);
            }
        }
        else if (hasRegistered && record.HealsOnRegister)
        {
            AgentModes.BecomeReady(agent, AgentModeCause.Registered, turn);
        }
        else if (hasRegistered && record.LacksPhone)
        {
            if (agent.Configuration?.OnRegister == OnRegister.Ready)
            {
                AgentModes.BecomeReady(agent, AgentModeCause.Registered, turn);
            }
            else
            {
                record.LacksPhone = false;
                record.Reason = null;
            }
        }
    }

    /// <summary>The same contact, or the same device (+sip.instance, RFC 5626) with a new one, as after a restart of the phone.</summary>
    private static bool Replaces(BindingChange change, PhoneBinding binding) =>
        string.Equals(change.Contact, binding.Contact, StringComparison.Ordinal)
        || (change.InstanceId is not null && string.Equals(change.InstanceId, binding.InstanceId, StringComparison.Ordinal));

    private static BindingRecord ToRecord(BindingChange change, RegisterPhone command, TurnContext turn) => new()
    {
        Binding = new PhoneBinding(
            command.Gateway,
            change.Contact,
            change.Flow,
            change.Source,
            turn.NowMs + (change.ExpiresSeconds * 1000L),
            change.InstanceId,
            change.UserAgent,
            change.Path,
            change.Edge),
        SipCallId = command.SipCallId,
        CSeq = command.CSeq,
    };

    /// <summary>A binding that the request may not touch because it is older than what set it. The whole request fails then.</summary>
    private static BindingRecord? FindStale(List<BindingRecord> bindings, RegisterPhone command)
    {
        foreach (BindingRecord binding in bindings)
        {
            bool isNamed = command.RemoveAll || command.Changes.Any(change => string.Equals(change.Contact, binding.Binding.Contact, StringComparison.Ordinal));
            if (isNamed && string.Equals(binding.SipCallId, command.SipCallId, StringComparison.Ordinal) && command.CSeq <= binding.CSeq)
            {
                return binding;
            }
        }

        return null;
    }
}
