using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>
/// Who was ready when a decision was made, from the end of its turn: who is ready then, and whom that decision and the later ones of the turn took. Agents whose phones were found out to have
/// expired in this turn may have counted still. Calls that overflow together do so one after another: one may be served where it came while the next has yet to find its queue.
/// </summary>
internal sealed class DecisionMoment
{
    private readonly HashSet<AgentId> _taken = [];
    private readonly HashSet<AgentId> _lost = [];
    private readonly HashSet<CallId> _movedLater = [];

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

        OfferMade decision = decisions[0];
        foreach (VisitEnded visit in turn.Result.Events.SkipWhile(fact => !ReferenceEquals(fact, decision)).OfType<VisitEnded>())
        {
            _movedLater.Add(visit.Call);
        }
    }

    /// <summary>Was ready for certain.</summary>
    public bool WasReady(AgentModel agent) => ReserveRules.IsReady(agent) || _taken.Contains(agent.Id);

    public bool MayHaveBeenReady(AgentModel agent) => WasReady(agent) || _lost.Contains(agent.Id);

    /// <summary>Whether the call was still in another queue than it is now.</summary>
    public bool WasElsewhere(CallModel call) => _movedLater.Contains(call.Id);
}
