using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Contracts.Explanations;

/// <summary>What an agent does and why, whom the agent may serve, and why none of those who wait.</summary>
public sealed record AgentExplanation : Explanation
{
    /// <summary>The agent is ready and no call waits.</summary>
    public const string NothingWaits = "nothing-waits";

    /// <summary>Calls wait, and the agent lacks what each of them needs.</summary>
    public const string LacksTheNeeds = "lacks-the-needs";

    /// <summary>Calls wait that the agent has the skills for and may not take: the lines say why.</summary>
    public const string PassedOver = "passed-over";

    /// <summary>The agent may take a waiting call: never seen between two turns, or matching is at fault.</summary>
    public const string Free = "free";

    public required AgentView Agent { get; init; }

    /// <summary>What brought the agent into the mode: by hand, by a phone, by a policy.</summary>
    public AgentModeCause Cause { get; init; }

    /// <summary>Who did it by hand: the name of a key.</summary>
    public string? By { get; init; }

    /// <summary>The call whose failed offer did it.</summary>
    public CallId? CauseCall { get; init; }

    /// <summary>The domain that the agent is lent to, …</summary>
    public DomainId? LentTo { get; init; }

    /// <summary>… and the call there.</summary>
    public CallId? LentFor { get; init; }

    /// <summary>Whether the agent went away meanwhile, and that domain was asked to give them back.</summary>
    public bool IsRecalled { get; init; }

    /// <summary>What was found wrong about the agent's reservation and is put right at once; null, as it should always be, for nothing.</summary>
    public string? Defect { get; init; }

    /// <summary>The first queues that the agent may serve, in the configuration's order.</summary>
    public IReadOnlyList<QueueId> Queues { get; init; } = [];

    /// <summary>How many they are in all.</summary>
    public int QueuesCount { get; init; }

    /// <summary>Calls of the domain that stand in line.</summary>
    public int WaitingInDomain { get; init; }

    /// <summary>… of these, how many need no more than the agent has.</summary>
    public int WaitingWithinReach { get; init; }

    /// <summary>Lines in which calls wait: first those within reach, then the others.</summary>
    public IReadOnlyList<WaitingLine> Lines { get; init; } = [];

    /// <summary>How many they are in all.</summary>
    public int LinesCount { get; init; }
}
