using Routing.Contracts.Ids;

namespace Routing.Contracts.Views;

/// <summary>A registered contact of an agent's phone.</summary>
/// <param name="Gateway">The gateway that holds its flow.</param>
/// <param name="Contact">Contact URI.</param>
/// <param name="Flow">The flow to use instead of the URI, or null.</param>
/// <param name="Source">Address and port the REGISTER came from.</param>
/// <param name="ExpiresAtMs">Unix milliseconds.</param>
/// <param name="InstanceId">+sip.instance, or null.</param>
/// <param name="UserAgent">User-Agent, or null.</param>
/// <param name="Path">Path vector, or empty.</param>
/// <param name="Edge">URI that other gateways put on top of the Route, so that their requests leave through the one that holds the flow (RFC 5626); null: they cannot. Known to gateways only.</param>
public sealed record PhoneBinding(
    GatewayId Gateway,
    string Contact,
    string? Flow,
    string Source,
    long ExpiresAtMs,
    string? InstanceId,
    string? UserAgent,
    IReadOnlyList<string> Path,
    string? Edge = null);
