using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;

namespace Routing.Contracts.Views;

/// <summary>
/// A queue and its counters since the domain exists.
/// Offered = Answered + Abandoned + Overflowed + Rejected + Failed + Announced + Waiting + Talking, at every moment.
/// </summary>
public sealed record QueueView
{
    public required QueueId Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Of the first ring.</summary>
    public required IReadOnlyList<SkillLevel> Needs { get; init; }

    /// <summary>What an agent must meet besides <see cref="Needs"/>; null: nothing.</summary>
    public NeedExpression? Condition { get; init; }

    /// <summary>What an agent must meet in each ring (<see cref="CallView.Ring"/>), in the form in which needs are compared; empty text: any agent. The first one is that of the queue itself.</summary>
    public IReadOnlyList<string> Rings { get; init => field = value ?? []; } = [];

    /// <summary>Calls in the queue, those whose agent is being rung included.</summary>
    public required int Waiting { get; init; }

    /// <summary>Of those waiting, how many ring an agent.</summary>
    public required int Ringing { get; init; }

    /// <summary>Calls of this queue in conversation.</summary>
    public required int Talking { get; init; }

    public required long Offered { get; init; }

    /// <summary>Conversations that have ended.</summary>
    public required long Answered { get; init; }

    public required long Abandoned { get; init; }

    public required long Overflowed { get; init; }

    public required long Rejected { get; init; }

    public required long Failed { get; init; }

    /// <summary>Calls that left it for an announcement, counted when they left.</summary>
    public long Announced { get; init; }

    /// <summary>Calls answered, counted when answered: within the service level, and all.</summary>
    /// <summary>Calls of other domains that asked for an agent of the queue, which the other figures leave out; see <see cref="DomainView.GuestsOffered"/>.</summary>
    public long GuestsOffered { get; init; }

    public long GuestsAnswered { get; init; }

    public long GuestsReturned { get; init; }

    public int GuestsWaiting { get; init; }

    public int GuestsTalking { get; init; }

    public required long AnsweredWithinServiceLevel { get; init; }

    public required long AnsweredAll { get; init; }

    /// <summary>Sum of the waits of all answered calls, for the ASA, milliseconds.</summary>
    public required long AnsweredWaitMs { get; init; }

    /// <summary>The queue's service level time T, milliseconds.</summary>
    public required int ServiceLevelMs { get; init; }
}
