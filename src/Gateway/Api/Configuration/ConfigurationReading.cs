using Routing.Contracts.Configuration;
using Routing.Gateway.Api.Models;

namespace Routing.Gateway.Api.Configuration;

/// <summary>What texts say: a configuration, or every mistake in them.</summary>
/// <param name="Configuration">Null when there are mistakes.</param>
/// <param name="Mistakes">In the order of the files.</param>
/// <param name="Warnings">What works and was hardly meant.</param>
/// <param name="Source">The texts without secrets, packed; null when they cannot be kept.</param>
public sealed record ConfigurationReading(
    DomainConfiguration? Configuration, IReadOnlyList<ConfigurationMistakeModel> Mistakes, IReadOnlyList<ConfigurationMistakeModel> Warnings, ReadOnlyMemory<byte>? Source);
