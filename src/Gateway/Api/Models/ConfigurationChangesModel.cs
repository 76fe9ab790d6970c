namespace Routing.Gateway.Api.Models;

/// <summary>What a new configuration changes. Lists have at most 200 entries; the counts are exact.</summary>
public sealed record ConfigurationChangesModel
{
    /// <summary>Settings, in the order of the configuration.</summary>
    public required IReadOnlyList<ConfigurationDifferenceModel> Differences { get; init; }

    /// <summary>How many settings differ.</summary>
    public required int DifferencesCount { get; init; }

    /// <summary>Queues in which calls wait and whose rules change: the calls get the new ones at once, counted from when they came.</summary>
    public required IReadOnlyList<WaitingChangeModel> Waiting { get; init; }

    /// <summary>Calls in those queues.</summary>
    public required int WaitingCallsCount { get; init; }

    /// <summary>Agents who are ready, ringing or talking and leave; who talks leaves after the call.</summary>
    public required IReadOnlyList<LeavingAgentModel> Leaving { get; init; }

    /// <summary>How many leave.</summary>
    public required int LeavingCount { get; init; }

    /// <summary>Agents who stay and may no longer serve some queue.</summary>
    public required IReadOnlyList<LosingAgentModel> Losing { get; init; }

    /// <summary>How many they are.</summary>
    public required int LosingCount { get; init; }

    /// <summary>Queues that somebody could serve and nobody can any more.</summary>
    public required IReadOnlyList<string> Unserved { get; init; }

    /// <summary>How many they are.</summary>
    public required int UnservedCount { get; init; }
}
