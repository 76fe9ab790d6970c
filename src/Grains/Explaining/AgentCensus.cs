using System.Numerics;
using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Routing.Grains.Configuration;
using Routing.Grains.Matching;

namespace Routing.Grains.Explaining;

/// <summary>
/// Who is in which state, by need class, for explanations. Costs the match two bits a change of an agent's state, whatever the agent can: an agent is a bit (the place in the
/// configuration), a state is a set of bits, and so is a need class; how many of a class are in a state is counted by and-ing the two, 64 agents a step.
/// Made from the grains after loading and after a new configuration, and follows every agent at the end of the turns that touched it.
/// </summary>
internal sealed class AgentCensus
{
    private const int WordBits = 64;
    private const int NoReason = -1;
    private static readonly int StatesCount = Enum.GetValues<AgentState>().Length;

    private readonly Dictionary<string, int> _reasonNumbers = new(StringComparer.Ordinal);
    private readonly List<ReasonUse> _reasons = [];
    private readonly Stack<int> _freeReasons = new();
    private AgentGrain?[] _agents = [];
    private AgentState[] _states = [];
    private int[] _reasonOf = [];
    private ulong[][] _inState = [];
    private ulong[][] _members = [];

    public int AgentsCount => _agents.Length;

    /// <summary>The agent of a place in the configuration; null once it left.</summary>
    public AgentGrain? AgentAt(int place) => _agents[place];

    /// <param name="plan">With its need classes.</param>
    /// <param name="agentsInOrder">With places and memberships.</param>
    public void Rebuild(DomainPlan plan, IEnumerable<AgentGrain> agentsInOrder)
    {
        _agents = [.. agentsInOrder];
        int words = (_agents.Length + WordBits - 1) / WordBits;
        _states = new AgentState[_agents.Length];
        _reasonOf = new int[_agents.Length];
        _inState = Sets(StatesCount, words);
        _members = Sets(plan.Classes.Count, words);
        _reasonNumbers.Clear();
        _reasons.Clear();
        _freeReasons.Clear();
        for (int place = 0; place < _agents.Length; place++)
        {
            AgentGrain agent = _agents[place]!;
            foreach (ClassMembership membership in agent.Memberships)
            {
                Set(_members[membership.Class.Index], place);
            }

            Enter(agent, place);
        }
    }

    /// <summary>An agent may have changed, or is removed.</summary>
    public void Follow(AgentGrain agent)
    {
        int place = agent.Place;
        if (place >= _agents.Length || _agents[place] != agent)
        {
            return;
        }

        Leave(place);
        if (agent.IsRemoved)
        {
            _agents[place] = null;
        }
        else
        {
            Enter(agent, place);
        }
    }

    /// <summary>How many members of the class are in the state.</summary>
    public int Count(NeedClass needClass, AgentState state)
    {
        ulong[] members = _members[needClass.Index];
        ulong[] inState = _inState[(int)state];
        int count = 0;
        for (int i = 0; i < members.Length; i++)
        {
            count += BitOperations.PopCount(members[i] & inState[i]);
        }

        return count;
    }

    /// <summary>The members of the class that are in the state, in the configuration's order, the first few.</summary>
    public List<AgentGrain> First(NeedClass needClass, AgentState state, int limitCount)
    {
        ulong[] members = _members[needClass.Index];
        ulong[] inState = _inState[(int)state];
        List<AgentGrain> first = [];
        for (int i = 0; i < members.Length; i++)
        {
            for (ulong both = members[i] & inState[i]; both != 0; both &= both - 1)
            {
                if (first.Count == limitCount)
                {
                    return first;
                }

                first.Add(_agents[(i * WordBits) + BitOperations.TrailingZeroCount(both)]!);
            }
        }

        return first;
    }

    /// <summary>The members of the class that are in the state by their reason, the most frequent reason first, with the first few named.</summary>
    public List<(string? Reason, int Count, List<AgentGrain> First)> ByReason(NeedClass needClass, AgentState state, int namedCount)
    {
        ulong[] members = _members[needClass.Index];
        ulong[] inState = _inState[(int)state];
        int[] counts = new int[_reasons.Count + 1];
        List<AgentGrain>[] first = new List<AgentGrain>[_reasons.Count + 1];
        for (int i = 0; i < members.Length; i++)
        {
            for (ulong both = members[i] & inState[i]; both != 0; both &= both - 1)
            {
                int place = (i * WordBits) + BitOperations.TrailingZeroCount(both);
                int group = _reasonOf[place] + 1;
                if (counts[group]++ < namedCount)
                {
                    (first[group] ??= []).Add(_agents[place]!);
                }
            }
        }

        List<(string? Reason, int Count, List<AgentGrain> First)> found = [];
        for (int group = 0; group < counts.Length; group++)
        {
            if (counts[group] > 0)
            {
                found.Add((group == 0 ? null : _reasons[group - 1].Text, counts[group], first[group]));
            }
        }

        found.Sort(static (left, right) => right.Count != left.Count ? right.Count.CompareTo(left.Count) : string.CompareOrdinal(left.Reason, right.Reason));
        return found;
    }

    private static ulong[][] Sets(int count, int words)
    {
        ulong[][] sets = new ulong[count][];
        for (int i = 0; i < count; i++)
        {
            sets[i] = new ulong[words];
        }

        return sets;
    }

    private static void Set(ulong[] set, int place) => set[place / WordBits] |= 1UL << (place % WordBits);

    private void Enter(AgentGrain agent, int place)
    {
        _states[place] = agent.State;
        Set(_inState[(int)agent.State], place);
        _reasonOf[place] = agent.PresentedReason is { } reason ? Use(reason) : NoReason;
    }

    private void Leave(int place)
    {
        _inState[(int)_states[place]][place / WordBits] &= ~(1UL << (place % WordBits));
        if (_reasonOf[place] is >= 0 and int number)
        {
            Disuse(number);
        }
    }

    /// <summary>Numbers of reasons are used again: there are never more than agents who have one now.</summary>
    private int Use(string reason)
    {
        if (!_reasonNumbers.TryGetValue(reason, out int number))
        {
            if (!_freeReasons.TryPop(out number))
            {
                number = _reasons.Count;
                _reasons.Add(default);
            }

            _reasonNumbers.Add(reason, number);
        }

        _reasons[number] = new ReasonUse(reason, _reasons[number].Count + 1);
        return number;
    }

    private void Disuse(int number)
    {
        ReasonUse use = _reasons[number];
        _reasons[number] = use with { Count = use.Count - 1 };
        if (use.Count == 1)
        {
            _reasonNumbers.Remove(use.Text);
            _freeReasons.Push(number);
        }
    }

    private readonly record struct ReasonUse(string Text, int Count);
}
