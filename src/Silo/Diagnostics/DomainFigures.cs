using Routing.Contracts.Views;
using Routing.Gateway.Feeds;

namespace Routing.Silo.Diagnostics;

/// <summary>What a scrape tells of one domain, or of several that share a label.</summary>
internal sealed class DomainFigures(string domain)
{
    /// <summary>Label of all domains that have none of their own.</summary>
    public const string Others = "(other)";

    private readonly long[] _servedBuckets = new long[WaitHistogram.BoundsMs.Count + 1];
    private readonly long[] _abandonedBuckets = new long[WaitHistogram.BoundsMs.Count + 1];

    public string Name { get; } = domain;

    public long[] Calls { get; } = new long[Enum.GetValues<CallState>().Length];

    public long[] Agents { get; } = new long[Enum.GetValues<AgentState>().Length];

    public long Offered { get; private set; }

    public long Answered { get; private set; }

    public long Abandoned { get; private set; }

    public long OverflowedOut { get; private set; }

    public long Rejected { get; private set; }

    public long Failed { get; private set; }

    public long Announced { get; private set; }

    public long Asking { get; private set; }

    public long Borrowed { get; private set; }

    public IReadOnlyList<long> ServedBuckets => _servedBuckets;

    public IReadOnlyList<long> AbandonedBuckets => _abandonedBuckets;

    public long ServedMs { get; private set; }

    public long AbandonedMs { get; private set; }

    public static DomainFigures Of(DomainProjection projection)
    {
        DomainFigures figures = new(projection.Domain.Value);
        figures.Add(projection);
        return figures;
    }

    /// <summary>Adds a domain; one that is not loaded yet has nothing to add.</summary>
    public void Add(DomainProjection projection)
    {
        if (projection.Summary is not { } view)
        {
            return;
        }

        AddTo(Calls, Array.ConvertAll(projection.CallsByState(), static count => (long)count));
        AddTo(Agents, Array.ConvertAll(projection.AgentsByState(), static count => (long)count));
        Offered += view.Offered;
        Answered += view.Answered;
        Abandoned += view.Abandoned;
        OverflowedOut += view.OverflowedOut;
        Rejected += view.Rejected;
        Failed += view.Failed;
        Announced += view.Announced;
        (int asking, int borrowed) = projection.Borrowing();
        Asking += asking;
        Borrowed += borrowed;
        (IReadOnlyList<long> served, long servedMs) = projection.Waits(served: true);
        (IReadOnlyList<long> abandoned, long abandonedMs) = projection.Waits(served: false);
        AddTo(_servedBuckets, served);
        AddTo(_abandonedBuckets, abandoned);
        ServedMs += servedMs;
        AbandonedMs += abandonedMs;
    }

    private static void AddTo(long[] sums, IReadOnlyList<long> more)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += more[i];
        }
    }
}
