using Routing.Contracts.Commands;
using Routing.Contracts.Events;
using Routing.Mailbox.Delivery;

namespace Routing.Mailbox.Lanes;

/// <summary>What leaves after the commit for one turn, in this order: the reply, the effects, the events.</summary>
/// <param name="Domain">Whose turn.</param>
/// <param name="Input">To be answered; null for timers.</param>
/// <param name="Reply">The answer.</param>
/// <param name="EffectsFrom">First of its effects in the batch's list.</param>
/// <param name="EffectsTo">After the last.</param>
/// <param name="Events">Null when the turn made none.</param>
internal readonly record struct TurnRelease(
    LaneDomain Domain,
    LaneInput? Input,
    CommandReply Reply,
    int EffectsFrom,
    int EffectsTo,
    TurnEvents? Events);
