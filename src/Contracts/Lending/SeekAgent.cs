using Routing.Contracts.Ids;

namespace Routing.Contracts.Lending;

/// <summary>Home to lender: a call waits here and would take an agent of yours. Answered by <see cref="LendAgent"/> some time, or by <see cref="SeekRefused"/>.</summary>
public sealed record SeekAgent(CallId Call, int Attempt) : PeerMessage(Call, Attempt)
{
    /// <summary>What this version speaks. A lender that does not know it refuses.</summary>
    public const int CurrentProtocol = 1;

    public int Protocol { get; init; } = CurrentProtocol;

    /// <summary>The lender's queue whose agents are asked for.</summary>
    public required QueueId Queue { get; init; }

    public required int Priority { get; init; }

    /// <summary>Arrival at home, Unix milliseconds by the clock of the database, which both share.</summary>
    public required long ArrivedMs { get; init; }

    public string Ani { get; init => field = value ?? string.Empty; } = string.Empty;

    public string Dnis { get; init => field = value ?? string.Empty; } = string.Empty;

    public string? DisplayName { get; init; }
}
