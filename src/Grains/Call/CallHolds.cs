using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Grains.Agent;
using Routing.Grains.Domain;

namespace Routing.Grains.Call;

/// <summary>
/// The preferred agent of a queue visit, and the hold: while it lasts the call stands in the agent's own line, where nobody else looks. A hold ends once and for
/// all, by its timer or as soon as waiting for the agent makes no sense.
/// </summary>
internal static class CallHolds
{
    public const string EndedTrigger = "hold-ended";

    /// <summary>At the entry into a queue, with the ring set and not yet in line.</summary>
    public static void Begin(CallGrain call, PreferConfiguration? prefer, TurnContext turn)
    {
        CallRecord record = call.Record;
        Forget(call);
        if (prefer is null || PreferredAgent(record, prefer, turn) is not { } agent)
        {
            return;
        }

        record.PreferredAgent = agent.Id;
        if (prefer.HoldMs > 0 && IsWorthIt(call, agent, turn))
        {
            record.HoldUntilMs = turn.NowMs + prefer.HoldMs;
            call.HeldBy = agent;
            call.Note(turn, "held", $"for {agent.Id}, {prefer.HoldMs} ms");
        }
    }

    /// <summary>Ends the hold if it makes no sense any more.</summary>
    public static void Check(CallGrain call, TurnContext turn)
    {
        if (call.HeldBy is { } agent && !IsWorthIt(call, agent, turn))
        {
            End(call, turn);
        }
    }

    /// <summary>The gateway of the call is back: whoever it was held for may have gone meanwhile.</summary>
    public static void TakeUp(CallGrain call, TurnContext turn)
    {
        if (call.Record is { HoldUntilMs: > 0, PreferredAgent: { } agent })
        {
            call.HeldBy = turn.FindAgent(agent);
            if (call.HeldBy is null)
            {
                End(call, turn);
            }
            else
            {
                Check(call, turn);
            }
        }
    }

    /// <summary>From now on others may take the call too.</summary>
    public static void End(CallGrain call, TurnContext turn)
    {
        if (call.HeldBy is not { } agent)
        {
            // A time without an agent would be due for ever.
            if (call.Record.HoldUntilMs != 0)
            {
                call.Record.HoldUntilMs = 0;
                turn.Touch(call);
            }

            return;
        }

        bool isInLine = call.Line is not null;
        turn.Matching.LeaveLine(call);
        call.Record.HoldUntilMs = 0;
        call.HeldBy = null;
        call.Note(turn, EndedTrigger, $"was for {agent.Id}");
        turn.Touch(call);
        if (isInLine)
        {
            turn.Matching.StandInLine(call, EndedTrigger);
        }
    }

    /// <summary>An offer failed: who let the call ring in vain is not asked first again, or he might be for ever.</summary>
    public static void OfferFailed(CallGrain call, AgentId agent, TurnContext turn)
    {
        if (call.Record.PreferredAgent == agent)
        {
            End(call, turn);
            call.Record.PreferredAgent = null;
        }
    }

    /// <summary>The visit is over.</summary>
    public static void Forget(CallGrain call)
    {
        call.Record.PreferredAgent = null;
        call.Record.HoldUntilMs = 0;
        call.HeldBy = null;
    }

    private static AgentGrain? PreferredAgent(CallRecord record, PreferConfiguration prefer, TurnContext turn)
    {
        AgentId? id = prefer.Agent ?? (record.Customer is { } customer ? turn.FindCustomer(customer)?.Record.LastAgent : null);
        return id is { } known && turn.FindAgent(known) is { Configuration: not null } agent ? agent : null;
    }

    /// <summary>The agent will be free some time, may take the call then, and did not let it ring in vain just now in another queue.</summary>
    private static bool IsWorthIt(CallGrain call, AgentGrain agent, TurnContext turn) =>
        agent.IsAtWork && !call.IsCoolingOff(agent.Id) && agent.Satisfies(turn.Plan.Queue(call.Record.Queue).Rings[call.Record.Ring].Class);
}
