using Routing.Contracts.Views;

namespace Routing.Grains.Matching;

/// <summary>Who was looked at and passed over in a choice: the first few by name, as many as a why-record keeps, and all of them counted.</summary>
internal sealed class Exclusions
{
    private List<Exclusion>? _first;

    public IReadOnlyList<Exclusion> First => _first ?? [];

    public int Count { get; private set; }

    public bool IsFull => Count >= WhyRecord.MaxEntriesCount;

    public void Add(string who, string reason)
    {
        if (!IsFull)
        {
            (_first ??= []).Add(new Exclusion(who, reason));
        }

        Count++;
    }

    public void Clear()
    {
        _first = null;
        Count = 0;
    }
}
