namespace Routing.Contracts.Configuration;

/// <summary>One difference between two configurations.</summary>
/// <param name="Location">Path by the keys of a file: <c>queues[support].timeout</c>.</param>
/// <param name="Kind">What happened to it.</param>
/// <param name="From">The former value as a file writes it, shortened; null when it was added, is a whole entry, or is secret.</param>
/// <param name="To">The new value, likewise.</param>
public sealed record ConfigurationDifference(string Location, DifferenceKind Kind, string? From = null, string? To = null);
