using Routing.Contracts.Views;

namespace Routing.Gateway.Hubs.Models;

/// <summary>A call for the page; times are Unix milliseconds. The page orders a queue's line by (priority descending, orderMs, orderNumber).</summary>
public sealed record LiveCall
{
    public required string Id { get; init; }

    public required CallState State { get; init; }

    public required string Ani { get; init; }

    public required string Dnis { get; init; }

    public string? DisplayName { get; init; }

    public string? Queue { get; init; }

    public required int Priority { get; init; }

    public required long ArrivedMs { get; init; }

    public required long EnqueuedMs { get; init; }

    public required long OrderMs { get; init; }

    public required long OrderNumber { get; init; }

    public string? Agent { get; init; }

    public long? AnsweredMs { get; init; }

    public long? EndedMs { get; init; }

    public CallOutcome? Outcome { get; init; }

    public required int Offers { get; init; }
}
