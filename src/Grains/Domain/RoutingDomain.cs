using Routing.Contracts.Commands;
using Routing.Contracts.Engine;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Routing.Grains.Call;
using Routing.Grains.Explaining;

namespace Routing.Grains.Domain;

/// <summary>
/// A routing domain (see <see cref="IDomainMachine"/>). A turn brings the command to its grain, delivers messages between grains until there are none,
/// then makes one matching decision, and so on until nothing more can be matched: the domain is quiet. A decision is made only when all grains are
/// settled, so choosing and reserving an agent is one step and no grain ever sees another one half changed.
/// </summary>
public sealed class RoutingDomain : IDomainMachine
{
    private readonly DomainState _state;
    private readonly TurnContext _turn;
    private readonly CommandDispatch _dispatch;
    private readonly List<RowKey> _named = [];
    private DomainLoader? _loader;
    private bool _isBroken;
    private long _sequence;
    private long _nowMs;

    public RoutingDomain(DomainId domain, DomainLimits limits)
    {
        Domain = domain;
        _state = new DomainState(domain);
        _turn = new TurnContext(_state, limits);
        _dispatch = new CommandDispatch(_state);
        _loader = new DomainLoader(_state);
    }

    public DomainId Domain { get; }

    /// <summary>For tests, which break it.</summary>
    internal DomainState State => _state;

    public long NextTimerDueMs => _state.Timers.TryFirst(out TimerEntry first) ? first.AtMs : long.MaxValue;

    public TimerDue? NextTimer => _state.Timers.TryFirst(out TimerEntry first) ? new TimerDue(first.Grain, first.Name, first.DueMs) : null;

    public void Load(IReadOnlyList<StoredRow> rows) => Loader().Load(rows);

    public void Change(IReadOnlyList<RowChange> rows) => Loader().Change(rows);

    public void NameRowsToActivate(ICollection<RowKey> keys) => Loader().NameRowsToActivate(keys);

    public void Activate()
    {
        Loader().Activate();
        _loader = null;
    }

    public void PostponeTimer(TimerDue timer, long untilMs) => _state.Timers.Postpone(timer.Grain, timer.Name, timer.DueMs, untilMs);

    public void NameColdRows(Command command, ICollection<RowKey> keys) => _dispatch.NameColdRows(command, keys);

    public TurnResult Turn(TurnInput input)
    {
        if (_loader is not null || _isBroken)
        {
            throw new InvalidOperationException(_isBroken ? "A turn of this domain threw: load another from the committed rows." : "The domain is not activated.");
        }

        if (input.NowMs < _nowMs || input.Sequence <= _sequence)
        {
            throw new ArgumentException($"Turn {input.Sequence} at {input.NowMs} after turn {_sequence} at {_nowMs}.", nameof(input));
        }

        _isBroken = true;
        _named.Clear();
        _dispatch.NameColdRows(input.Command, _named);
        _turn.Begin(input, _named);
        CommandReply reply = _dispatch.Dispatch(input.Command, _turn);
        Settle();
        if (_state.Watchdog.Heal(_turn))
        {
            Settle();
        }

        FollowSeeks();
        TurnResult result = _turn.End(reply);
        _isBroken = false;
        _sequence = input.Sequence;
        _nowMs = input.NowMs;
        return result;
    }

    public DomainSnapshot Snapshot() => new()
    {
        Sequence = _sequence,
        Domain = _state.Domain.View(),
        Agents = [.. _state.AgentsInOrder.Select(agent => agent.View())],
        Queues = [.. _state.QueuesInOrder.Select(queue => queue.View())],
        Calls = [.. _state.ListCalls().Select(call => call.View())],
        Edge = _state.Plan.Version == 0 ? null : _state.Plan.ToEdge(),
    };

    public Explanation? Explain(Question question, long nowMs) => question switch
    {
        CallQuestion { Call: var id } when _state.Calls.TryGetValue(id, out CallGrain? call) => CallExplainer.Explain(_state, call, nowMs) with { Sequence = _sequence },
        AgentQuestion { Agent: var id } when _state.Agents.TryGetValue(id, out AgentGrain? agent) => ExplainAgent(agent, nowMs) with { Sequence = _sequence },
        _ => null,
    };

    /// <summary>
    /// Checks the domain against itself, in time that grows with it: for tests. Each line is a broken invariant.
    /// </summary>
    public IReadOnlyList<string> FindDefects() => DomainSelfCheck.Find(_state);

    private AgentExplanation ExplainAgent(AgentGrain agent, long nowMs)
    {
        AgentExplanation explanation = AgentExplainer.Explain(_state, agent, nowMs);
        if (explanation.Defect is not null)
        {
            _state.Watchdog.Suspect(agent);
        }

        return explanation;
    }

    private void Settle()
    {
        do
        {
            _turn.Deliver();
        }
        while (_state.Matcher.Decide(_turn) || _turn.HasMessages);
    }

    /// <summary>What calls ask of other domains follows from what became of them.</summary>
    private void FollowSeeks()
    {
        for (int i = 0; i < _turn.Touched.Count; i++)
        {
            if (_turn.Touched[i] is CallGrain call)
            {
                CallSeeking.Follow(call, _turn);
            }
        }
    }

    private DomainLoader Loader() => _loader ?? throw new InvalidOperationException("The domain is activated already.");
}
