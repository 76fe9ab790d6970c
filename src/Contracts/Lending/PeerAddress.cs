using Routing.Contracts.Ids;

namespace Routing.Contracts.Lending;

/// <summary>
/// The address of a domain among gateways. Messages to a domain lie in an outbox as effects to a gateway do, under this name, and whoever carries them opens its session by it. No
/// gateway may be called so.
/// </summary>
public static class PeerAddress
{
    public const int MaxDomainLengthChars = Identifier.MaxLengthChars - 7;

    private const string Prefix = "domain:";

    public static GatewayId Of(DomainId domain) => GatewayId.Of(Prefix + domain.Value);

    /// <summary>Whether the name belongs to a domain, not to a gateway.</summary>
    public static bool IsOne(GatewayId gateway) => gateway.Value.StartsWith(Prefix, StringComparison.Ordinal);
}
