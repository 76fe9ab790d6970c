namespace Routing.Gateway.Api.Models;

/// <summary>The domains that a key may see.</summary>
public sealed record DomainsModel
{
    /// <summary>Ids.</summary>
    public required IReadOnlyList<string> Domains { get; init; }
}
