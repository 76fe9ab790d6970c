using System.Text.Json;

namespace Routing.Gateway.Api.Models;

/// <summary>A configuration as it is stored.</summary>
public sealed record ConfigurationModel
{
    /// <summary>The version in force.</summary>
    public required long Current { get; init; }

    /// <summary>The version that this is.</summary>
    public required ConfigurationVersionModel Version { get; init; }

    /// <summary>Every setting, defaults included, durations in milliseconds, without secrets.</summary>
    public required JsonElement Configuration { get; init; }

    /// <summary>The texts that it was made from, comments included and secrets hidden; for administrators only, absent when they were not kept.</summary>
    public IReadOnlyList<ConfigurationFileModel>? Files { get; init; }
}
