using Routing.Contracts.Ids;

namespace Routing.Contracts.Lending;

/// <summary>Home to lender: a call waits here and would take an agent of yours. Answered by <see cref="LendAgent"/> some time, or by <see cref="SeekRefused"/>.</summary>
public sealed record SeekAgent(CallId Call, int Attempt) : PeerMessage(Call, Attempt)
{
    /// <summary>What this version speaks. A lender that does not know it refuses.</summary>
    public const int CurrentProtocol = 1;

    /// <summary>More <see cref="CoolOffs"/> are neither told nor heard.</summary>
    public const int MaxCoolOffsCount = 32;

    public int Protocol { get; init; } = CurrentProtocol;

    /// <summary>The lender's queue whose agents are asked for.</summary>
    public required QueueId Queue { get; init; }

    public required int Priority { get; init; }

    /// <summary>Arrival at home, Unix milliseconds by the clock of the database, which both share.</summary>
    public required long ArrivedMs { get; init; }

    public string Ani { get; init => field = value ?? string.Empty; } = string.Empty;

    public string Dnis { get; init => field = value ?? string.Empty; } = string.Empty;

    public string? DisplayName { get; init; }

    /// <summary>
    /// The lender's agents who did not take this call in earlier attempts and whose cool-off (<see cref="LendAgent.CoolOffMs"/>) lasts, newest first. The guest of an attempt that is over is gone, and what it knew of them with it.
    /// A former release says none, and passes over them.
    /// </summary>
    public IReadOnlyList<AgentCoolOff> CoolOffs { get; init => field = value ?? []; } = [];
}
