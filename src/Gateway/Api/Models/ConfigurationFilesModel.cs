namespace Routing.Gateway.Api.Models;

/// <summary>The files of a configuration, merged in this order. One file may be sent as application/yaml instead.</summary>
public sealed record ConfigurationFilesModel
{
    /// <summary>At least one.</summary>
    public IReadOnlyList<ConfigurationFileModel>? Files { get; init; }

    /// <summary>The sound files of its announcements: the server reads none of its own for a request.</summary>
    public IReadOnlyList<SoundFileModel>? Sounds { get; init; }
}
