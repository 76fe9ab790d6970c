using Routing.Contracts.Explanations;
using Routing.Grains.Agent;
using Routing.Grains.Call;
using Routing.Grains.Domain;
using Routing.Grains.Matching;

namespace Routing.Grains.Explaining;

/// <summary>The lines in which calls wait, as an agent sees them: the first few in words, those that the agent has the needs for first, and all of them counted.</summary>
internal sealed class WaitingSurvey
{
    private readonly List<WaitingLine> _lines = [];

    private WaitingSurvey()
    {
    }

    public IReadOnlyList<WaitingLine> Lines => _lines;

    public int LinesCount { get; private set; }

    /// <summary>Calls in all lines.</summary>
    public int Waiting { get; private set; }

    /// <summary>… in those that the agent has the needs for.</summary>
    public int WithinReach { get; private set; }

    /// <summary>The agent may take the first call of some line.</summary>
    public bool IsFree { get; private set; }

    public static WaitingSurvey Of(DomainState state, AgentGrain agent)
    {
        WaitingSurvey survey = new();
        if (agent.Held is { } held && held.TryFirst(out CallRank preferring))
        {
            survey.Add(agent, preferring.Call.LineNow, held, preferring.Call, isWithin: true);
        }

        bool[] isWithin = new bool[state.Plan.Classes.Count];
        foreach (ClassMembership membership in agent.Memberships)
        {
            isWithin[membership.Class.Index] = true;
            survey.Add(agent, membership.Class, isWithin: true);
        }

        foreach (NeedClass needClass in state.Plan.Classes)
        {
            if (!isWithin[needClass.Index])
            {
                survey.Add(agent, needClass, isWithin: false);
            }
        }

        return survey;
    }

    private void Add(AgentGrain agent, NeedClass needClass, bool isWithin)
    {
        foreach (CallLine line in needClass.Lines)
        {
            if (line.Calls.TryFirst(out CallRank first))
            {
                Add(agent, line, line.Calls, first.Call, isWithin);
            }
        }
    }

    private void Add(AgentGrain agent, CallLine line, OrderedSet<CallRank> calls, CallGrain first, bool isWithin)
    {
        LinesCount++;
        Waiting += calls.Count;
        WithinReach += isWithin ? calls.Count : 0;
        string? refusal = isWithin ? MayTake.Refusal(agent, first, line) : MayTake.Skills;
        IsFree |= refusal is null;
        if (_lines.Count < Explanation.MaxListedCount)
        {
            string? missing = isWithin || agent.Configuration is not { } configuration ? null : NeedsText.MissingOf(line.Needs.Needs, configuration.Traits);
            _lines.Add(new WaitingLine(line.Needs.Text, calls.Count, first.Id, first.Record.Queue, refusal ?? AgentExplanation.Free, missing, refusal == MayTake.Reserved ? line.KeepersOf(agent) : null));
        }
    }
}
