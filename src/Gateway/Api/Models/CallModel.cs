using Routing.Contracts.Views;

namespace Routing.Gateway.Api.Models;

/// <summary>A call as seen now.</summary>
public sealed record CallModel
{
    /// <summary>Id of the call.</summary>
    public required string Id { get; init; }

    /// <summary>Where the call is in its life.</summary>
    public required CallState State { get; init; }

    /// <summary>The caller's number; empty when withheld.</summary>
    public required string Ani { get; init; }

    /// <summary>The number dialled.</summary>
    public required string Dnis { get; init; }

    /// <summary>The caller's display name.</summary>
    public string? DisplayName { get; init; }

    /// <summary>The customer remembered for the caller's number.</summary>
    public string? Customer { get; init; }

    /// <summary>The queue it is in, or was in last.</summary>
    public string? Queue { get; init; }

    /// <summary>Higher is served first.</summary>
    public required int Priority { get; init; }

    /// <summary>Place in the queue's line from 1; absent when it stands in none.</summary>
    public int? Position { get; init; }

    /// <summary>Which of its queue's rings says who may take it, from 1, the queue's own needs; absent when it does not wait.</summary>
    public int? Ring { get; init; }

    /// <summary>How many rings the queue has.</summary>
    public int? Rings { get; init; }

    /// <summary>What an agent must meet now, as it is written in a configuration; empty: any agent may take it. Absent when it does not wait.</summary>
    public string? Needs { get; init; }

    /// <summary>When the next ring counts; absent when there is none after this one.</summary>
    public DateTime? NextRing { get; init; }

    /// <summary>The agent who should have it; absent for nobody in particular, and when it does not wait.</summary>
    public string? PreferredAgent { get; init; }

    /// <summary>Until when it waits for the preferred agent alone; absent when others may take it.</summary>
    public DateTime? HeldUntil { get; init; }

    /// <summary>Agents whose phones ring for it.</summary>
    public required IReadOnlyList<string> OfferedTo { get; init; }

    /// <summary>The agent who talks or talked to it.</summary>
    public string? Agent { get; init; }

    /// <summary>When it came in.</summary>
    public required DateTime Arrived { get; init; }

    /// <summary>When it entered the queue.</summary>
    public DateTime? Enqueued { get; init; }

    /// <summary>When an agent answered.</summary>
    public DateTime? Answered { get; init; }

    /// <summary>When it ended.</summary>
    public DateTime? Ended { get; init; }

    /// <summary>From arrival to the answer, the end or now, milliseconds.</summary>
    public required long WaitMs { get; init; }

    /// <summary>The part of it in the present or last queue, milliseconds.</summary>
    public long? QueueWaitMs { get; init; }

    /// <summary>From the answer to the end or now, milliseconds; absent before the answer, and when caller and agent could not be connected.</summary>
    public long? TalkMs { get; init; }

    /// <summary>How it ended; absent while it lives.</summary>
    public CallOutcome? Outcome { get; init; }

    /// <summary>The rule that ended it: wait, full, nobody-logged-in, nobody-ready, closed, overflow-loop or entry-route; absent when none did.</summary>
    public string? EndReason { get; init; }

    /// <summary>The announcement that it is or was turned away with.</summary>
    public string? Announcement { get; init; }

    /// <summary>When the announcement ends, and the call with it; absent while it hears none.</summary>
    public DateTime? AnnouncementUntil { get; init; }

    /// <summary>The domain that it belongs to, where it is a guest that asks for an agent; absent for a call of this domain.</summary>
    public string? Home { get; init; }

    /// <summary>The domain that lent the agent who rings for it or talks to it; absent for an agent of this domain.</summary>
    public string? Lender { get; init; }

    /// <summary>Other domains that it asks for an agent while it waits, or that refused; absent for none.</summary>
    public IReadOnlyList<SeekModel>? Borrowing { get; init; }

    /// <summary>How many offers were made so far.</summary>
    public required int Offers { get; init; }
}
