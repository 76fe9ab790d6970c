namespace Routing.Gateway.Api.Models;

/// <summary>The versions that are kept: the last 20, fewer when they are very large.</summary>
public sealed record ConfigurationVersionsModel
{
    /// <summary>The one in force.</summary>
    public required long Current { get; init; }

    /// <summary>Newest first.</summary>
    public required IReadOnlyList<ConfigurationVersionModel> Versions { get; init; }
}
