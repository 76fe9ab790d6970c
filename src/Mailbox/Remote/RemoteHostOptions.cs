using Routing.Contracts.Engine;

namespace Routing.Mailbox.Remote;

/// <summary>How a gateway's process reaches its silos.</summary>
public sealed record RemoteHostOptions
{
    /// <summary>Of this process, unique in the cluster: also the sender of its REST commands.</summary>
    public required string Name { get; init; }

    /// <summary>Of this process, higher than all before: grows with every start.</summary>
    public required long Incarnation { get; init; }

    /// <summary>Silos, each HOST:PORT.</summary>
    public required IReadOnlyList<string> Silos { get; init; }

    /// <summary>What a silo's cluster tells of that silo itself, which <see cref="Silos"/> reaches by another way: not dialled. Null when there is none.</summary>
    public string? OwnAddress { get; init; }

    public required ClusterKey Key { get; init; }

    /// <summary>The highest format level that the program knows (<see cref="FormatLevel"/>).</summary>
    public int HighestLevel { get; init; } = FormatLevel.Highest;

    /// <summary>Inputs of one sender to one domain that may wait for their answer. On the way are no more than the domain remembers outcomes of.</summary>
    public int UnansweredLimitInputs { get; init; } = 20_000;

    /// <summary>An input that nobody takes for so long is answered Unavailable: no owner is known, or its store does not answer.</summary>
    public int AnswerLimitMs { get; init; } = 2_000;

    /// <summary>An input that an owner has, and that is not answered for so long, is answered Unavailable: the silo is overloaded.</summary>
    public int OverloadLimitMs { get; init; } = 10_000;

    /// <summary>Between looks at what waits.</summary>
    public int TickMs { get; init; } = 100;

    /// <summary>Between attempts to reach a silo.</summary>
    public int RetryMinMs { get; init; } = 20;

    public int RetryMaxMs { get; init; } = 100;

    /// <summary>The same once a silo has said why it does not serve this process.</summary>
    public int RefusedRetryMaxMs { get; init; } = 5_000;
}
