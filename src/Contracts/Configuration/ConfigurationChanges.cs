using Routing.Contracts.Ids;

namespace Routing.Contracts.Configuration;

/// <summary>What a new configuration changes, as of the turn that looked.</summary>
public sealed record ConfigurationChanges
{
    /// <summary>Entries of a list below; the counts beside them are exact.</summary>
    public const int MaxListedCount = 200;

    /// <summary>The first ones in the order of the configuration.</summary>
    public required IReadOnlyList<ConfigurationDifference> Differences { get; init; }

    public required int DifferencesCount { get; init; }

    /// <summary>Queues in which calls wait (ringing included) and whose rules change, with what changes for those calls at once.</summary>
    public required IReadOnlyList<WaitingChange> Waiting { get; init; }

    public required int WaitingCallsCount { get; init; }

    /// <summary>Agents who leave and are ready, ringing or talking; who talks leaves after the call. By id, the first ones.</summary>
    public required IReadOnlyList<LeavingAgent> Leaving { get; init; }

    public required int LeavingCount { get; init; }

    /// <summary>Agents who stay and may no longer serve some queue, in the former configuration's order, the first ones.</summary>
    public IReadOnlyList<LosingAgent> Losing { get; init => field = value ?? []; } = [];

    public int LosingCount { get; init; }

    /// <summary>Queues that somebody could serve and nobody can any more, the first ones.</summary>
    public IReadOnlyList<QueueId> Unserved { get; init => field = value ?? []; } = [];

    public int UnservedCount { get; init; }
}
