using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Contracts.Effects;

/// <summary>A live call of the gateway's former life: rebuild its legs from their stored state and audit them; a leg that is gone is reported as left.</summary>
public sealed record RestoreCall(CallId Call) : Effect(Call)
{
    public required CallState State { get; init; }

    /// <summary>Whether <see cref="AnswerCaller"/> or <see cref="ConnectCall"/> was decided for it: the caller has, or must get, a 200.</summary>
    public required bool CallerAnswered { get; init; }

    /// <summary>The offers that ring now, or the one that answered.</summary>
    public required IReadOnlyList<OfferCall> Offers { get; init; }

    public required IReadOnlyList<LegState> Legs { get; init; }

    /// <summary>Name of the hold media of its queue.</summary>
    public required string Media { get; init; }
}
