using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Contracts.Explanations;

/// <summary>Where a live call stands, what it waits for, and why nobody takes it.</summary>
public sealed record CallExplanation : Explanation
{
    /// <summary>It talks.</summary>
    public const string Talking = "talking";

    /// <summary>It is turned away with an announcement, and in no queue any more.</summary>
    public const string Announcing = "announcing";

    /// <summary>It rings an agent.</summary>
    public const string Ringing = "ringing";

    /// <summary>Its gateway is silent: it keeps its place until that is back.</summary>
    public const string Suspended = "suspended";

    /// <summary>It waits for its preferred agent alone.</summary>
    public const string Held = "held-for-preferred-agent";

    /// <summary>No agent of the configuration has what it needs now.</summary>
    public const string NobodyHasTheNeeds = "nobody-has-the-needs";

    /// <summary>Those who have it are all logged out.</summary>
    public const string NobodyLoggedIn = "nobody-logged-in";

    /// <summary>… are logged out or not ready.</summary>
    public const string NobodyReady = "nobody-ready";

    /// <summary>… and the others have an offer, a conversation or wrap-up.</summary>
    public const string AllBusy = "all-busy";

    /// <summary>Some are ready and may not take it: the groups say why.</summary>
    public const string PassedOver = "passed-over";

    /// <summary>Somebody may take it: never seen between two turns, or matching is at fault.</summary>
    public const string Free = "free";

    public required CallView Call { get; init; }

    /// <summary>What an agent must have to take it now, as in the configuration; null when it waits for nobody.</summary>
    public string? Needs { get; init; }

    /// <summary>The ring of agents that counts now, from 0, …</summary>
    public int Ring { get; init; }

    /// <summary>… of how many.</summary>
    public int Rings { get; init; }

    /// <summary>The agent whom alone it waits for until the timer "hold".</summary>
    public AgentId? HeldFor { get; init; }

    /// <summary>Why that agent does not take it now: the agent's state, or, ready, why not ("reserved": a reserve keeps agents from such calls, preferred ones too, until it has enough or the hold ends).</summary>
    public string? HeldForReason { get; init; }

    /// <summary>… as <see cref="AgentGroup.Detail"/>.</summary>
    public string? HeldForDetail { get; init; }

    /// <summary>The rule that orders the calls of the domain ("priority" …); null when it does not stand in line.</summary>
    public string? Order { get; init; }

    /// <summary>Calls with the same needs that are served before it.</summary>
    public int Ahead { get; init; }

    /// <summary>Calls with the same needs that stand in line for anybody who has them: itself too, unless it is held for an agent.</summary>
    public int InLine { get; init; }

    /// <summary>Of all waiting calls of the domain, how many come before it in the order of service.</summary>
    public int AheadInDomain { get; init; }

    /// <summary>All calls of the domain that stand in line, but for those that are held.</summary>
    public int WaitingInDomain { get; init; }

    /// <summary>Agents who have what it needs now, in any state.</summary>
    public int CouldServe { get; init; }

    /// <summary>… of these, who are ready.</summary>
    public int Ready { get; init; }

    /// <summary>… of these, for how many it was asked why they may not take it; the groups count no more.</summary>
    public int ReadyAsked { get; init; }

    /// <summary>Those who have what it needs, by why they do not take it; the counts make up <see cref="CouldServe"/> unless <see cref="ReadyAsked"/> is less than <see cref="Ready"/>.</summary>
    public IReadOnlyList<AgentGroup> Agents { get; init; } = [];
}
