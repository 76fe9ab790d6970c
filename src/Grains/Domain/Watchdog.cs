using Routing.Contracts.Events;
using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Routing.Grains.Call;

namespace Routing.Grains.Domain;

/// <summary>
/// Reservations heal. The handlers leave no agent unavailable without a live reason (<see cref="AgentHealth"/>); should a damaged row or a fault do it nevertheless, it is found and
/// put right, once the turn is quiet otherwise: for every agent and call that the turn touched, and for one agent more, whose turn it is by the turn's number, so that a
/// domain with work looks at everybody again and again and no scan is ever needed. What is found when a domain is loaded or explained gets a timer that is due at once.
/// </summary>
internal sealed class Watchdog(DomainState state)
{
    private readonly List<Grain> _suspects = [];
    private readonly List<string> _repairs = [];

    public bool HasSuspects => _suspects.Count > 0;

    /// <summary>What the running turn put right, for people.</summary>
    public IReadOnlyList<string> Repairs => _repairs.Count == 0 ? [] : [.. _repairs];

    /// <summary>Looks at everybody, before the first turn.</summary>
    public void Activate(IEnumerable<AgentGrain> agents, IEnumerable<CallGrain> calls)
    {
        foreach (AgentGrain agent in agents)
        {
            Suspect(agent);
        }

        foreach (CallGrain call in calls)
        {
            Suspect(call);
        }
    }

    /// <summary>To be put right in a turn of its own, if something is wrong.</summary>
    public void Suspect(Grain grain)
    {
        if (IsDefective(grain) && !_suspects.Contains(grain))
        {
            _suspects.Add(grain);
            state.Timers.Follow(state.Domain);
        }
    }

    /// <summary>The timer that suspects set: its turn looks at them.</summary>
    public void TouchSuspects(TurnContext turn)
    {
        foreach (Grain suspect in _suspects)
        {
            if (state.Find(suspect.Key) == suspect)
            {
                turn.Touch(suspect);
            }
        }

        _suspects.Clear();
        turn.Touch(state.Domain, isView: false);
    }

    /// <summary>Puts right what is found. False when, as always, nothing was: else the turn has to settle again.</summary>
    public bool Heal(TurnContext turn)
    {
        _repairs.Clear();
        for (int i = 0; i < turn.Touched.Count; i++)
        {
            Heal(turn.Touched[i], turn);
        }

        if (state.Census.AgentsCount > 0 && state.Census.AgentAt((int)(turn.Sequence % state.Census.AgentsCount)) is { } next)
        {
            Heal(next, turn);
        }

        return _repairs.Count > 0;
    }

    private bool IsDefective(Grain grain) => grain switch
    {
        AgentGrain agent => AgentHealth.Defect(agent, state) is not null,
        CallGrain call => LostOffer(call) is not null,
        _ => false,
    };

    private void Heal(Grain grain, TurnContext turn)
    {
        if (grain.IsRemoved)
        {
            return;
        }

        if (grain is AgentGrain agent && AgentHealth.Defect(agent, state) is { } defect)
        {
            AgentHealth.Heal(agent, state, turn);
            Report(agent, defect, turn);
        }
        else if (grain is CallGrain call && LostOffer(call) is { } lost)
        {
            Heal(call, lost, turn);
        }
    }

    /// <summary>An offer of the call that its agent knows nothing of, or null.</summary>
    private OfferRecord? LostOffer(CallGrain call)
    {
        foreach (OfferRecord offer in call.Record.Offers)
        {
            if (offer.Loan is null && (offer.IsPending || (offer.Result == OfferResult.Answered && call.Record.State == CallState.Talking))
                && state.Agents.TryGetValue(offer.Agent, out AgentGrain? agent) && agent.Record.Offer != call.OfferId(offer))
            {
                return offer;
            }
        }

        return null;
    }

    /// <summary>The agent takes the offer up when nothing else is known of them; else it is withdrawn, or, in a conversation, it cannot be helped and is left alone.</summary>
    private void Heal(CallGrain call, OfferRecord lost, TurnContext turn)
    {
        AgentGrain agent = state.Agents[lost.Agent];
        if (agent.Record.Offer is null && (agent.Record.Mode == Contracts.Commands.AgentMode.Ready || !lost.IsPending))
        {
            agent.Record.Offer = call.OfferId(lost);
            agent.Record.Queue = lost.Queue;
            AgentHealth.Heal(agent, state, turn);
            Report(agent, $"knew nothing of offer {call.OfferId(lost)}", turn);
        }
        else if (lost.IsPending)
        {
            CallOffers.WithdrawnByAgent(call, call.OfferId(lost), turn);
            Report(agent, $"knows nothing of offer {call.OfferId(lost)}, which is withdrawn", turn);
        }
    }

    private void Report(AgentGrain agent, string defect, TurnContext turn)
    {
        turn.Event(new AgentHealed(agent.Id, defect));
        _repairs.Add($"agent {agent.Id} {defect}");
    }
}
