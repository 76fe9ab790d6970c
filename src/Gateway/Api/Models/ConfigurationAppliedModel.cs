namespace Routing.Gateway.Api.Models;

/// <summary>What became of a configuration that was sent.</summary>
public sealed record ConfigurationAppliedModel
{
    /// <summary>The version in force after it.</summary>
    public required long Version { get; init; }

    /// <summary>Whether anything changed; of a dry run, whether it would.</summary>
    public required bool Changed { get; init; }

    /// <summary>Nothing was applied.</summary>
    public required bool DryRun { get; init; }

    /// <summary>What changed, or would; absent when nothing does.</summary>
    public ConfigurationChangesModel? Changes { get; init; }

    /// <summary>What works and was hardly meant.</summary>
    public IReadOnlyList<ConfigurationMistakeModel>? Warnings { get; init; }
}
