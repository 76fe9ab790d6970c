using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Contracts.Effects;

/// <summary>
/// A call of the gateway's former life. A live one: rebuild its legs from their stored state and audit them; a leg that is gone is reported as left. One that
/// ended not long ago (<see cref="CallState.Ended"/>): end its legs as <see cref="Owed"/> says, and answer what their other ends repeat.
/// </summary>
public sealed record RestoreCall(CallId Call) : Effect(Call)
{
    public required CallState State { get; init; }

    /// <summary>Whether <see cref="AnswerCaller"/>, <see cref="PlayAnnouncement"/> or <see cref="ConnectCall"/> was decided for it: the caller has, or must get, a 200.</summary>
    public required bool CallerAnswered { get; init; }

    /// <summary>The offers that ring now, or the one that answered; of a call that ended: the one that answered, if any.</summary>
    public required IReadOnlyList<OfferCall> Offers { get; init; }

    public required IReadOnlyList<LegState> Legs { get; init; }

    /// <summary>Name of the hold media of its queue.</summary>
    public required string Media { get; init; }

    /// <summary>The announcement that it is played; null when it is played none.</summary>
    public string? Announcement { get; init; }

    /// <summary>Milliseconds of the announcement that are passed over: 0 for the first restarts, after which it is heard from its beginning again.</summary>
    public int AnnouncementFromMs { get; init; }

    /// <summary>Offers that were over not long ago, whose CANCEL may never have left: phones must not ring on.</summary>
    public IReadOnlyList<StoppedOffer> Stopped { get; init; } = [];

    /// <summary>What the end of the call owes its legs; null for a live call.</summary>
    public OwedEnds? Owed { get; init; }
}
