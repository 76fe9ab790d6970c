namespace Routing.Contracts.Commands;

/// <summary>One contact of a REGISTER request (RFC 3261 §10.3).</summary>
/// <param name="Contact">The contact URI as registered, without its header parameters.</param>
/// <param name="ExpiresSeconds">Granted life time; 0 removes the binding.</param>
/// <param name="Flow">Where requests to it leave when the gateway must use the flow instead of the URI (connection-oriented or marked NAT); else null.</param>
/// <param name="Source">Address and port that the REGISTER came from, for the record.</param>
/// <param name="InstanceId">+sip.instance (RFC 5626), or null.</param>
/// <param name="UserAgent">User-Agent header, or null.</param>
/// <param name="Path">Path vector (RFC 3327) in order, or empty.</param>
/// <param name="Edge">URI by which other gateways reach it through this one, or null.</param>
public sealed record BindingChange(
    string Contact,
    int ExpiresSeconds,
    string? Flow,
    string Source,
    string? InstanceId,
    string? UserAgent,
    IReadOnlyList<string> Path,
    string? Edge = null);
