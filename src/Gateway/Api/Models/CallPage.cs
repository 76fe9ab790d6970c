namespace Routing.Gateway.Api.Models;

/// <summary>A page of calls.</summary>
public sealed record CallPage
{
    /// <summary>The calls of this page.</summary>
    public required IReadOnlyList<CallModel> Items { get; init; }

    /// <summary>How many there are in all pages.</summary>
    public required int Total { get; init; }

    /// <summary>Send it as 'after' to get the next page; absent on the last one.</summary>
    public string? Next { get; init; }

    /// <summary>The turn it is as of.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it was read: waits are as of this moment.</summary>
    public required DateTime At { get; init; }
}
