namespace Routing.Gateway.Api.Models;

/// <summary>A file of a configuration.</summary>
public sealed record ConfigurationFileModel
{
    /// <summary>Name, as mistakes tell it.</summary>
    public string? Name { get; init; }

    /// <summary>YAML; in answers with secrets hidden.</summary>
    public string? Text { get; init; }
}
