namespace Routing.Gateway.Api.Configuration;

/// <summary>What a request for a new configuration brings.</summary>
/// <param name="Files">At least one text.</param>
/// <param name="Sounds">Sounds that they may name.</param>
internal sealed record ConfigurationSent(IReadOnlyList<ConfigurationFile> Files, IReadOnlyList<SoundFile> Sounds);
