using Routing.Contracts.Ids;
using Routing.Contracts.Lending;

namespace Routing.Contracts.Effects;

/// <summary>A message to another domain (<see cref="PeerAddress"/>), which gets it as <see cref="Commands.PeerSaid"/>. Never given to a gateway.</summary>
public sealed record TellDomain(CallId Call, PeerMessage Message) : Effect(Call);
