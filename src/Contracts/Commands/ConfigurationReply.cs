using Routing.Contracts.Configuration;

namespace Routing.Contracts.Commands;

/// <summary>What became of a new configuration.</summary>
public sealed record ConfigurationReply(ReplyCode Code, string? Detail = null) : CommandReply(Code, Detail)
{
    /// <summary>The domain's version after it; of a dry run the version that stays.</summary>
    public long Version { get; init; }

    /// <summary>Whether the version is new, or would be.</summary>
    public bool IsChanged { get; init; }

    /// <summary>Nothing changed because the file is one that the domain had before (<see cref="ApplyConfiguration.OnlyIfNew"/>).</summary>
    public bool IsFormer { get; init; }

    /// <summary>What it changes; null when nothing does, and for <see cref="ConfigurationOrigin.File"/>.</summary>
    public ConfigurationChanges? Changes { get; init; }
}
