using Routing.Contracts.Commands;

namespace Routing.Contracts.Engine;

/// <summary>Everything that a turn may depend on besides the state: the input, its time, its random number and the cold rows it named.</summary>
public sealed record TurnInput
{
    /// <summary>Time of the domain in Unix milliseconds; never less than that of the turn before.</summary>
    public required long NowMs { get; init; }

    /// <summary>Number of the turn in its domain, dense from 1. Also the sequence of the turn in the domain's event stream.</summary>
    public required long Sequence { get; init; }

    /// <summary>Drawn by the engine, recorded with the input: the only source of chance.</summary>
    public required ulong Random { get; init; }

    public required Command Command { get; init; }

    /// <summary>What may be written, see <see cref="FormatLevel"/>: never less than in the turn before.</summary>
    public int Level { get; init; } = FormatLevel.First;

    /// <summary>The cold rows named by <see cref="IDomainMachine.NameColdRows"/> that exist in the store.</summary>
    public IReadOnlyList<StoredRow> ColdRows { get; init; } = [];
}
