using Routing.Contracts.Effects;
using Routing.Contracts.Ids;

namespace Routing.Contracts.Engine;

/// <summary>An effect and the gateway that must carry it out. The engine numbers effects densely per domain and gateway.</summary>
public readonly record struct AddressedEffect(GatewayId Gateway, Effect Effect);
