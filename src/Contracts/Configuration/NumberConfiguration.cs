using Routing.Contracts.Ids;

namespace Routing.Contracts.Configuration;

/// <summary>An entry point: a number dialled (user part of the Request-URI, compared as it is) and where its calls go.</summary>
/// <param name="Number">DNIS.</param>
/// <param name="Queue">Where its calls wait when no route fits; null: <see cref="Otherwise"/> says what becomes of them.</param>
/// <param name="Priority">Priority of its calls; null: the queue's.</param>
/// <param name="Prefer">Who should have its calls in this queue, instead of whom the queue prefers; null: the queue's.</param>
public sealed record NumberConfiguration(string Number, QueueId? Queue, int? Priority = null, PreferConfiguration? Prefer = null)
{
    /// <summary>Tried in order; the first that fits leads the call.</summary>
    public IReadOnlyList<EntryRoute> Routes { get; init => field = value ?? []; } = [];

    /// <summary>What becomes of calls that no route fits when there is no queue for them.</summary>
    public RouteTarget? Otherwise { get; init; }
}
