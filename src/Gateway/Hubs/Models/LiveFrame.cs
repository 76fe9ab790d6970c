namespace Routing.Gateway.Hubs.Models;

/// <summary>
/// One frame of the hub's stream: everything (the first, and whenever the client must start over), or what changed since the frame before, each thing once and as it is now.
/// Times are Unix milliseconds.
/// </summary>
public sealed record LiveFrame
{
    /// <summary>Forget what was known: this is all there is.</summary>
    public required bool Full { get; init; }

    /// <summary>The turn it is as of.</summary>
    public required long Sequence { get; init; }

    /// <summary>The server's clock, to count waits with.</summary>
    public required long NowMs { get; init; }

    /// <summary>The domain's counters.</summary>
    public required LiveDomain Domain { get; init; }

    /// <summary>What to dial and to register; in full frames and when it changed.</summary>
    public LiveHints? Hints { get; init; }

    public IReadOnlyList<LiveQueue>? Queues { get; init; }

    public IReadOnlyList<LiveAgent>? Agents { get; init; }

    public IReadOnlyList<LiveCall>? Calls { get; init; }

    public IReadOnlyList<string>? RemovedQueues { get; init; }

    public IReadOnlyList<string>? RemovedAgents { get; init; }

    /// <summary>Why the server ends the stream here; such a frame is the last and tells nothing else.</summary>
    public string? Ended { get; init; }
}
