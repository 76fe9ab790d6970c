namespace Routing.Gateway.Hubs.Models;

/// <summary>A domain's counters since it exists.</summary>
public sealed record LiveDomain
{
    public required string Id { get; init; }

    /// <summary>Wait that outweighs a step of priority in the order of lines, milliseconds; 0: none does.</summary>
    public required int AgeingMs { get; init; }

    public required long Offered { get; init; }

    public required long Answered { get; init; }

    public required long Abandoned { get; init; }

    public required long OverflowedOut { get; init; }

    public required long Rejected { get; init; }

    public required long Failed { get; init; }

    public required long Announced { get; init; }

    public required int Waiting { get; init; }

    public required int Talking { get; init; }
}
