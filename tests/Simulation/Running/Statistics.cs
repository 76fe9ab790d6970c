using System.Globalization;
using System.Text;

namespace Routing.Simulation.Running;

/// <summary>What happened how often: shows that the workload reaches what it should.</summary>
internal sealed class Statistics
{
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    public long Turns { get; set; }

    public IReadOnlyDictionary<string, long> Counts => _counts;

    public void Count(string what, long times = 1) =>
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_counts, what, out _) += times;

    public void Add(Statistics other)
    {
        Turns += other.Turns;
        foreach ((string what, long times) in other._counts)
        {
            Count(what, times);
        }
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Turns} turns\n");
        foreach ((string what, long times) in _counts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {times,10}  {what}\n");
        }

        return text.ToString();
    }
}
