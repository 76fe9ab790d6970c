using Routing.Contracts.Views;

namespace Routing.Gateway.Api.Models;

/// <summary>Why a call is still waiting, as of now.</summary>
public sealed record CallExplanationModel
{
    /// <summary>The call.</summary>
    public required string Call { get; init; }

    /// <summary>Where the call is in its life.</summary>
    public required CallState State { get; init; }

    /// <summary>Its queue.</summary>
    public string? Queue { get; init; }

    /// <summary>When it came in.</summary>
    public required DateTime Arrived { get; init; }

    /// <summary>The moment that this is as of.</summary>
    public required DateTime At { get; init; }

    /// <summary>Number of the last committed turn that it is as of; 0 for an ended call, which is read from the store.</summary>
    public required long Sequence { get; init; }

    /// <summary>The configuration that applies; 0 for an ended call.</summary>
    public required long ConfigurationVersion { get; init; }

    /// <summary>The verdict in one word: all-busy, nobody-ready, nobody-logged-in, nobody-has-the-needs, passed-over, held-for-preferred-agent, ringing, talking, ended.</summary>
    public required string Reason { get; init; }

    /// <summary>The verdict in a sentence.</summary>
    public required string Text { get; init; }

    /// <summary>More sentences: who does what, and what happens next.</summary>
    public required IReadOnlyList<string> Details { get; init; }

    /// <summary>What an agent must have to take it now, as in the configuration; empty: nothing. Absent when it does not stand in line.</summary>
    public string? Needs { get; init; }

    /// <summary>The ring of agents that counts now, from 1, …</summary>
    public int? Ring { get; init; }

    /// <summary>… of how many.</summary>
    public int? Rings { get; init; }

    /// <summary>The preferred agent whom alone it waits for.</summary>
    public string? HeldFor { get; init; }

    /// <summary>Why that agent does not take it now: the state, or, ready, why not.</summary>
    public string? HeldForReason { get; init; }

    /// <summary>The not-ready reason, or with reserved the names of the reserves.</summary>
    public string? HeldForDetail { get; init; }

    /// <summary>The domain that it belongs to, where it is a guest that asks for an agent; absent for a call of this domain.</summary>
    public string? Home { get; init; }

    /// <summary>The domain that lent the agent who rings for it or talks to it; absent for an agent of this domain.</summary>
    public string? Lender { get; init; }

    /// <summary>Other domains that it asks for an agent while it waits, or that refused; absent for none.</summary>
    public IReadOnlyList<SeekModel>? Borrowing { get; init; }

    /// <summary>The rule that orders the calls: priority, deadline and others.</summary>
    public string? Order { get; init; }

    /// <summary>Calls with the same needs that are served before it.</summary>
    public int? Ahead { get; init; }

    /// <summary>Calls with the same needs that stand in line, itself included.</summary>
    public int? InLine { get; init; }

    /// <summary>Of all calls of the domain that stand in line, how many come before it.</summary>
    public int? AheadInDomain { get; init; }

    /// <summary>All calls of the domain that stand in line.</summary>
    public int? WaitingInDomain { get; init; }

    /// <summary>Agents who have what it needs now, in any state.</summary>
    public int? CouldServe { get; init; }

    /// <summary>Of these, who are ready.</summary>
    public int? Ready { get; init; }

    /// <summary>Of the ready ones, how many were asked why they may not take it; the groups count no more of them.</summary>
    public int? ReadyAsked { get; init; }

    /// <summary>Agents who have what it needs, by why they do not take it.</summary>
    public required IReadOnlyList<AgentGroupModel> Agents { get; init; }

    /// <summary>What happens next by itself, the earliest first.</summary>
    public required IReadOnlyList<NextTimerModel> Timers { get; init; }
}
