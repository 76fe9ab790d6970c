namespace Routing.Gateway.Api.Models;

/// <summary>One setting that differs.</summary>
public sealed record ConfigurationDifferenceModel
{
    /// <summary>Path by the keys of a file: queues[support].timeout.</summary>
    public required string Where { get; init; }

    /// <summary>added, removed, changed or reordered.</summary>
    public required string Kind { get; init; }

    /// <summary>The former value as a file writes it, cut after 200 characters; absent for whole entries and secrets.</summary>
    public string? From { get; init; }

    /// <summary>The new value as a file writes it; absent for whole entries and secrets.</summary>
    public string? To { get; init; }
}
