using Routing.Contracts.Effects;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.Hosting;

/// <summary>An effect on its way. A gateway refuses a lower epoch, and within an epoch a sequence that it has taken already.</summary>
/// <param name="Domain">Whose effect.</param>
/// <param name="Epoch">Of the ownership that sent it: grows with every activation.</param>
/// <param name="Sequence">Dense from 1 per domain and gateway, over all epochs.</param>
/// <param name="Effect">What to do.</param>
public readonly record struct EffectEnvelope(DomainId Domain, long Epoch, long Sequence, Effect Effect);
