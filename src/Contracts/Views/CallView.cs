using Routing.Contracts.Ids;
using Routing.Contracts.Lending;

namespace Routing.Contracts.Views;

/// <summary>A live or just ended call. All times are Unix milliseconds.</summary>
public sealed record CallView
{
    public required CallId Id { get; init; }

    public required CallState State { get; init; }

    public required string Ani { get; init; }

    public required string Dnis { get; init; }

    public string? DisplayName { get; init; }

    public CustomerId? Customer { get; init; }

    public QueueId? Queue { get; init; }

    public required int Priority { get; init; }

    public required long ArrivedMs { get; init; }

    /// <summary>When it entered the queue it is in (or was in last).</summary>
    public long EnqueuedMs { get; init; }

    /// <summary>Whose needs count: 0 for those of the queue, else the number of the ring in <see cref="Configuration.QueueConfiguration.Rings"/>, from 1. Of an ended call the last one.</summary>
    public int Ring { get; init; }

    /// <summary>The agent who should have the call in this queue; null: nobody in particular.</summary>
    public AgentId? PreferredAgent { get; init; }

    /// <summary>Until when nobody else may take it; null: others may.</summary>
    public long? HoldUntilMs { get; init; }

    /// <summary>When the needs of the next ring count; null when there is none after this one, or it does not wait.</summary>
    public long? NextRingAtMs { get; init; }

    /// <summary>Place in line: a smaller key is served first among calls of the queue. Compare as (Priority descending, OrderMs, OrderNumber); where the domain lets priorities
    /// age (<see cref="DomainView.AgeingMs"/>), as (OrderMs − Priority × AgeingMs, OrderMs, OrderNumber).</summary>
    public long OrderMs { get; init; }

    public long OrderNumber { get; init; }

    /// <summary>Who talks, or who is rung: of several the one who is rung longest.</summary>
    public AgentId? Agent { get; init; }

    public long? AnsweredMs { get; init; }

    public long? EndedMs { get; init; }

    public CallOutcome? Outcome { get; init; }

    /// <summary>The rule that ended a call which nobody answered (<see cref="OverflowReason"/>); null when none did.</summary>
    public string? EndReason { get; init; }

    /// <summary>The announcement that it is or was turned away with; null for none.</summary>
    public string? Announcement { get; init; }

    /// <summary>When the announcement ends at the latest, and the call with it; null while it hears none.</summary>
    public long? AnnouncementUntilMs { get; init; }

    /// <summary>Since when its gateway is silent: it keeps its place, and is offered to nobody; a conversation goes on. Null while it is heard.</summary>
    public long? SuspendedMs { get; init; }

    /// <summary>The domain that the call belongs to, where it is a guest that asks for an agent; null for a call of this domain.</summary>
    public DomainId? Home { get; init; }

    /// <summary>The domain that lent the agent who rings for it or talks to it; null for one of this domain.</summary>
    public DomainId? Lender { get; init; }

    /// <summary>Domains that the waiting call asks for an agent, or that refused; null for none.</summary>
    public IReadOnlyList<SeekView>? Seeks { get; init; }

    /// <summary>How many offers were made so far.</summary>
    public int Offers { get; init; }
}
