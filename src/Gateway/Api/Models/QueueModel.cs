namespace Routing.Gateway.Api.Models;

/// <summary>A queue now, and its counters since the domain exists: offered = answered + abandoned + overflowed + rejected + failed + announced + waiting + talking.</summary>
public sealed record QueueModel
{
    /// <summary>Id of the queue.</summary>
    public required string Id { get; init; }

    /// <summary>Name for people.</summary>
    public required string Name { get; init; }

    /// <summary>Skills that an agent must have, all of them.</summary>
    public required IReadOnlyList<SkillModel> Needs { get; init; }

    /// <summary>What an agent must meet besides the needs, as it is written in a configuration: support >= 3 and site = paris; null: nothing.</summary>
    public string? Condition { get; init; }

    /// <summary>What an agent must meet in each ring, as it is written in a configuration; the first is that of needs and condition. An empty text: any agent.</summary>
    public required IReadOnlyList<string> Rings { get; init; }

    /// <summary>Calls in line, those that ring an agent included.</summary>
    public required int Waiting { get; init; }

    /// <summary>Of those waiting, how many ring an agent.</summary>
    public required int Ringing { get; init; }

    /// <summary>Calls of this queue in conversation.</summary>
    public required int Talking { get; init; }

    /// <summary>How long the call that has been longest in this queue waits here, milliseconds; absent when nobody waits.</summary>
    public long? LongestWaitMs { get; init; }

    /// <summary>Agents who are ready and meet the needs.</summary>
    public required int ReadyAgents { get; init; }

    /// <summary>Answered within the service level time, of those answered and abandoned, percent with one decimal; absent before the first.</summary>
    public double? ServiceLevelPercent { get; init; }

    /// <summary>The queue's service level time, milliseconds.</summary>
    public required int ServiceLevelTargetMs { get; init; }

    /// <summary>Average speed of answer: mean wait of all answered calls, milliseconds; absent before the first.</summary>
    public long? AverageSpeedOfAnswerMs { get; init; }

    /// <summary>Calls that entered.</summary>
    public required long Offered { get; init; }

    /// <summary>Conversations that have ended.</summary>
    public required long Answered { get; init; }

    /// <summary>Callers who left before an answer.</summary>
    public required long Abandoned { get; init; }

    /// <summary>Calls sent on to another queue.</summary>
    public required long Overflowed { get; init; }

    /// <summary>Calls turned away by a rule.</summary>
    public required long Rejected { get; init; }

    /// <summary>Calls lost to a fault.</summary>
    public required long Failed { get; init; }

    /// <summary>Calls that left it for an announcement, counted when they left.</summary>
    public required long Announced { get; init; }
}
