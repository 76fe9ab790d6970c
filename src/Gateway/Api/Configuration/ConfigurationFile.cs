namespace Routing.Gateway.Api.Configuration;

/// <summary>A file of a configuration.</summary>
/// <param name="Name">As mistakes name it.</param>
/// <param name="Text">YAML.</param>
public sealed record ConfigurationFile(string Name, string Text);
