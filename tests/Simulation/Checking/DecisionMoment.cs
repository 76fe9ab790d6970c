using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>
/// Who was ready when a decision was made, from the end of its turn: who is ready then, and whom that decision and the later ones of the turn took. Agents whose phones were found out to have
/// expired in this turn may have counted still.
/// </summary>
internal sealed class DecisionMoment
{
    private readonly HashSet<AgentId> _taken = [];
    private readonly HashSet<AgentId> _lost = [];

    /// <param name="turn">The turn.</param>
    /// <param name="decisions">The decision and those after it.</param>
    public DecisionMoment(CommittedTurn turn, ReadOnlySpan<OfferMade> decisions)
    {
        foreach (OfferMade made in decisions)
        {
            _taken.Add(made.Agent);
        }

        foreach (AgentChanged changed in turn.Result.Events.OfType<AgentChanged>())
        {
            if (changed.Agent.State == AgentState.LoggedOut)
            {
                _lost.Add(changed.Agent.Id);
            }
        }
    }

    /// <summary>Was ready for certain.</summary>
    public bool WasReady(AgentModel agent) => ReserveRules.IsReady(agent) || _taken.Contains(agent.Id);

    public bool MayHaveBeenReady(AgentModel agent) => WasReady(agent) || _lost.Contains(agent.Id);
}
