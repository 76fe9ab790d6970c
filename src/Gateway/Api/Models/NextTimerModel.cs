namespace Routing.Gateway.Api.Models;

/// <summary>Something that will happen by itself.</summary>
public sealed record NextTimerModel
{
    /// <summary>ring, queue, cool-off, next-ring, hold, wrap-up, recover, binding, nobody-ready, nobody-logged-in and others.</summary>
    public required string Name { get; init; }

    /// <summary>When.</summary>
    public required DateTime Due { get; init; }

    /// <summary>In how many milliseconds.</summary>
    public required long InMs { get; init; }
}
