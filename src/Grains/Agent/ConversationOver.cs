using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Grains.Domain;

namespace Routing.Grains.Agent;

/// <summary>Call to agent: the conversation ended.</summary>
/// <param name="Offer">Which one.</param>
/// <param name="WrapUpMs">Time for after-call work, milliseconds; 0 for none.</param>
/// <param name="Fault">The policy for a phone that could not be connected after all; null after a conversation.</param>
internal sealed record ConversationOver(OfferId Offer, int WrapUpMs, OfferFailurePolicy? Fault) : GrainMessage;
