namespace Routing.Contracts.Configuration;

/// <summary>A peer that may send calls to queue numbers without authentication.</summary>
/// <param name="Name">For the record.</param>
/// <param name="Addresses">IP addresses or CIDR blocks.</param>
public sealed record TrunkConfiguration(string Name, IReadOnlyList<string> Addresses);
