using System.Text.Json.Serialization;

namespace Routing.Contracts.Explanations;

/// <summary>The answer to a <see cref="Question"/>. Its size has a limit that does not depend on the size of the domain: lists are cut, and counts say how many there are.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(CallExplanation), "call")]
[JsonDerivedType(typeof(AgentExplanation), "agent")]
public abstract record Explanation
{
    /// <summary>Agents named of a group, at most.</summary>
    public const int MaxNamedCount = 5;

    /// <summary>Lines of calls and queues listed, at most.</summary>
    public const int MaxListedCount = 20;

    /// <summary>Number of the last committed turn that it is as of.</summary>
    public long Sequence { get; init; }

    /// <summary>Time of the domain, Unix milliseconds.</summary>
    public required long AtMs { get; init; }

    public required long ConfigurationVersion { get; init; }

    /// <summary>The verdict in one stable word.</summary>
    public required string Reason { get; init; }

    /// <summary>What happens next by itself, the earliest first.</summary>
    public IReadOnlyList<NextTimer> Timers { get; init; } = [];
}
