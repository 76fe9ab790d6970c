namespace Routing.Gateway.Api.Models;

/// <summary>A sound file that an announcement names.</summary>
public sealed record SoundFileModel
{
    /// <summary>As it is written in the configuration.</summary>
    public string? Name { get; init; }

    /// <summary>The file.</summary>
    public string? Base64 { get; init; }
}
