namespace Routing.Contracts.Commands;

/// <summary>
/// Applies a former version again, as a new one. Reply: a <see cref="ConfigurationReply"/> as for <see cref="ApplyConfiguration"/>; NotFound when the version is not kept.
/// </summary>
/// <param name="Version">Which one; null: the one before the current, which undoes the last change (and, done twice, does it again).</param>
/// <param name="Actor">Who did it, for the record.</param>
public sealed record RollbackConfiguration(long? Version, string Actor) : Command
{
    /// <summary>Why; null for none.</summary>
    public string? Comment { get; init; }

    /// <summary>Says what would change and changes nothing.</summary>
    public bool DryRun { get; init; }
}
