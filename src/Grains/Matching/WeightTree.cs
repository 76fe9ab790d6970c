using Routing.Grains.Agent;

namespace Routing.Grains.Matching;

/// <summary>
/// Weights of agents in the order of their ids, as sums of ranges (P. Fenwick, "A New Data Structure for Cumulative Frequency Tables", 1994): a change and
/// a draw cost the logarithm of the number of members, however many are ready.
/// </summary>
internal sealed class WeightTree
{
    private readonly AgentGrain[] _members;
    private readonly int[] _places;
    private readonly int[] _weights;
    private readonly long[] _sums;
    private readonly int _topStep;

    /// <param name="members">By id, with their places by id.</param>
    public WeightTree(List<AgentGrain> members)
    {
        _members = [.. members];
        _places = [.. members.Select(member => member.PlaceById)];
        _weights = new int[_members.Length];
        _sums = new long[_members.Length + 1];
        _topStep = 1;
        while (_topStep * 2 <= _members.Length)
        {
            _topStep *= 2;
        }
    }

    /// <summary>Sum of all weights.</summary>
    public long Total { get; private set; }

    public void Set(AgentGrain agent, int weight)
    {
        int index = Array.BinarySearch(_places, agent.PlaceById);
        int change = weight - _weights[index];
        _weights[index] = weight;
        Total += change;
        for (int i = index + 1; i < _sums.Length; i += i & -i)
        {
            _sums[i] += change;
        }
    }

    /// <summary>The member that has the number, when each in turn has as many as its weight, from 0 on.</summary>
    public AgentGrain Find(long number)
    {
        int before = 0;
        for (int step = _topStep; step > 0; step /= 2)
        {
            if (before + step < _sums.Length && _sums[before + step] <= number)
            {
                before += step;
                number -= _sums[before];
            }
        }

        return _members[before];
    }
}
