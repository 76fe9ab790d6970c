using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Simulation.Running;

namespace Routing.Simulation.Checking;

/// <summary>
/// Checks every committed turn of one domain against design.md §6 and the docstrings of the contracts. Independent of the brain: it knows commands,
/// replies, effects and events, has its own picture of the domain and looks at every pair of agent and call. Throws <see cref="CheckFailure"/>.
/// </summary>
internal sealed class DomainChecker(DomainId domain, bool checksOutlook = true)
{
    private readonly TurnFacts _facts = new();

    public Mirror Mirror { get; } = new(domain) { ChecksOutlook = checksOutlook };

    public void Check(CommittedTurn turn)
    {
        if (turn.Input.Sequence != Mirror.Sequence + 1 || turn.NowMs < Mirror.NowMs)
        {
            throw new CheckFailure("turn-order", $"turn {turn.Input.Sequence} at {turn.NowMs} after {Mirror.Sequence} at {Mirror.NowMs}");
        }

        if (turn.Result.Repairs.Count > 0)
        {
            throw new CheckFailure("healed", $"{domain}: {string.Join("; ", turn.Result.Repairs)}");
        }

        _facts.Read(turn);
        ReplyRules.Check(Mirror, turn);
        LeaseRules.Begin(Mirror, turn);
        MirrorUpdate.Begin(Mirror, turn);
        LendingRules.Begin(Mirror, turn);
        AgentRules.Check(Mirror, turn, _facts);
        OfferRules.Check(Mirror, turn, _facts);
        CallRules.Check(Mirror, turn, _facts);
        RegistrationRules.Take(Mirror, turn);
        WayOutRules.Check(Mirror, turn, _facts);
        EffectRules.Check(Mirror, turn, _facts);

        MirrorUpdate.Apply(Mirror, turn, _facts);
        StateRules.Check(Mirror, turn);
        CounterRules.Check(Mirror);
        LeaseRules.Check(Mirror, turn, _facts);
        HoldRules.Check(Mirror, turn, _facts);
        MatchingRules.Check(Mirror, turn, _facts);
        DeadlineRules.Check(Mirror, turn);
        AnnouncementRules.Check(Mirror, turn);
        WayOutRules.CheckStaying(Mirror, turn);
        LendingRules.Check(Mirror, turn);
        LentCoolOffRules.Check(Mirror, turn);
        LoanRules.Check(Mirror, turn, _facts);
    }

    public void CheckExplanations(Func<Question, Explanation?> ask, SimRandom random) => ExplanationRules.Check(Mirror, ask, random);

    public void CheckSnapshot(DomainSnapshot snapshot) => SnapshotRules.Check(Mirror, snapshot);

    /// <summary>After the healing phase: nothing lives on.</summary>
    public void CheckQuiet()
    {
        if (Mirror.Calls.Count > 0 || Mirror.Offers.Count > 0)
        {
            throw new CheckFailure("not-quiet", $"{Mirror.DomainId}: {Mirror.Calls.Count} calls live on, first {Mirror.Calls.Values.FirstOrDefault()?.View}");
        }

        LendingRules.CheckQuiet(Mirror);
        foreach (AgentModel agent in Mirror.Agents.Values)
        {
            if (agent.State is AgentState.Offered or AgentState.Talking or AgentState.WrapUp)
            {
                throw new CheckFailure("stuck-agent", $"{agent.Id} is {agent.State} and nothing is going on");
            }
        }
    }
}
