namespace Routing.Gateway.Api.Models;

/// <summary>A candidate passed over.</summary>
public sealed record ExclusionModel
{
    /// <summary>Id of the agent or call.</summary>
    public required string Who { get; init; }

    /// <summary>Why, for example cool-off or unreachable.</summary>
    public required string Reason { get; init; }
}
