using System.Runtime.CompilerServices;
using Routing.Contracts.Commands;

namespace Routing.Simulation.Checking;

/// <summary>REGISTER in the small (RFC 3261 §10.3): which contacts an agent has, from the requests alone, against what each reply lists.</summary>
internal static class RegistrationRules
{
    /// <summary>Takes the registration into the mirror; runs after the rules that look at the phones of before.</summary>
    public static void Take(Mirror mirror, CommittedTurn turn)
    {
        if (turn.Input.Command is not RegisterPhone register)
        {
            return;
        }

        if (!mirror.Agents.TryGetValue(register.Agent, out AgentModel? agent) || agent.Configuration is null)
        {
            Require(turn.Result.Reply.Code == ReplyCode.NotFound, turn, "the agent is not configured");
            return;
        }

        if (turn.Result.Reply is not RegistrationReply reply)
        {
            Require(turn.Result.Reply.Code is ReplyCode.Conflict, turn, "a REGISTER is answered with bindings or a conflict");
            return;
        }

        if (register.RemoveAll)
        {
            agent.Bindings.Clear();
        }

        foreach (BindingChange change in register.Changes)
        {
            agent.Bindings.Remove(change.Contact);
            if (change.ExpiresSeconds > 0)
            {
                agent.Bindings[change.Contact] = turn.NowMs + (change.ExpiresSeconds * 1000L);
                agent.Holders[change.Contact] = register.Gateway;
            }
        }

        int live = 0;
        foreach ((string contact, long expiresAtMs) in agent.Bindings)
        {
            if (expiresAtMs > turn.NowMs)
            {
                live++;
                Require(reply.Bindings.Any(b => b.Contact == contact && b.ExpiresAtMs == expiresAtMs), turn, $"{contact} until {expiresAtMs} is missing");
            }
        }

        Require(reply.Bindings.Count(b => b.ExpiresAtMs > turn.NowMs) == live, turn, $"registered are {live}");
    }

    private static void Require(bool holds, CommittedTurn turn, [InterpolatedStringHandlerArgument(nameof(holds))] FailureMessage why)
    {
        if (!holds)
        {
            throw new CheckFailure("registration", $"{turn.Input.Command} got {turn.Result.Reply}: {why.Take()}");
        }
    }
}
