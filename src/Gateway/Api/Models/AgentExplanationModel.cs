using Routing.Contracts.Views;

namespace Routing.Gateway.Api.Models;

/// <summary>Why an agent is idle or not available, as of now.</summary>
public sealed record AgentExplanationModel
{
    /// <summary>The agent.</summary>
    public required string Agent { get; init; }

    /// <summary>What the agent is doing.</summary>
    public required AgentState State { get; init; }

    /// <summary>Not-ready or log-out reason.</summary>
    public string? StateReason { get; init; }

    /// <summary>Since when the state holds; absent for an agent who never did anything.</summary>
    public DateTime? Since { get; init; }

    /// <summary>The moment that this is as of.</summary>
    public required DateTime At { get; init; }

    /// <summary>Number of the last committed turn that it is as of.</summary>
    public required long Sequence { get; init; }

    /// <summary>The configuration that applies.</summary>
    public required long ConfigurationVersion { get; init; }

    /// <summary>The verdict in one word: nothing-waits, lacks-the-needs, passed-over, or the state: logged-out, not-ready, offered, talking, wrap-up.</summary>
    public required string Reason { get; init; }

    /// <summary>The verdict in a sentence.</summary>
    public required string Text { get; init; }

    /// <summary>More sentences: whom the agent may serve, why none of those who wait, what happens next.</summary>
    public required IReadOnlyList<string> Details { get; init; }

    /// <summary>What brought the agent into the mode: by-hand, registered, no-phone, no-answer, declined, unreachable, recovered; none when it is not known.</summary>
    public required AgentModeCause Cause { get; init; }

    /// <summary>Who did it by hand: the name of a key.</summary>
    public string? By { get; init; }

    /// <summary>The call whose failed offer did it.</summary>
    public string? CauseCall { get; init; }

    /// <summary>The call offered or talked to.</summary>
    public string? Call { get; init; }

    /// <summary>The domain that the agent is lent to; absent when not lent.</summary>
    public string? LentTo { get; init; }

    /// <summary>The call of that domain.</summary>
    public string? LentFor { get; init; }

    /// <summary>What was found wrong and is put right at once; absent, as it should always be, for nothing.</summary>
    public string? Defect { get; init; }

    /// <summary>The first queues that the agent may serve.</summary>
    public required IReadOnlyList<string> Queues { get; init; }

    /// <summary>How many they are in all.</summary>
    public required int QueuesCount { get; init; }

    /// <summary>Calls of the domain that stand in line.</summary>
    public required int WaitingInDomain { get; init; }

    /// <summary>Of these, how many need no more than the agent has.</summary>
    public required int WaitingWithinReach { get; init; }

    /// <summary>Lines in which calls wait, those within reach first.</summary>
    public required IReadOnlyList<WaitingLineModel> Lines { get; init; }

    /// <summary>How many they are in all.</summary>
    public required int LinesCount { get; init; }

    /// <summary>What happens next by itself, the earliest first.</summary>
    public required IReadOnlyList<NextTimerModel> Timers { get; init; }
}
