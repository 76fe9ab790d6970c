using Routing.Gateway.Api.Models;

namespace Routing.Gateway.Api.Configuration;

/// <summary>What a domain as it is to be has in common with other domains, which gateways must tell apart.</summary>
/// <param name="Refused">Nothing would tell them apart.</param>
/// <param name="Warnings">Some requests would find their way, others not.</param>
public sealed record ConfigurationOverlaps(IReadOnlyList<ConfigurationMistakeModel> Refused, IReadOnlyList<ConfigurationMistakeModel> Warnings);
