using Routing.Silo.Configuration;

namespace Routing.Silo.Commands;

/// <summary>What check-config says as JSON.</summary>
/// <param name="Good">Whether there are no mistakes.</param>
/// <param name="Domain">Which domain; absent with mistakes.</param>
/// <param name="Mistakes">In the order of the files; line and column count from 1, 0 for a file as a whole.</param>
/// <param name="Warnings">What works and was hardly meant; only looked for when there are no mistakes.</param>
internal sealed record CheckReport(bool Good, string? Domain, IReadOnlyList<ConfigurationMistake> Mistakes, IReadOnlyList<ConfigurationMistake> Warnings);
