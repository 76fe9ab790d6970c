using Routing.Contracts.Commands;
using Routing.Contracts.Events;

namespace Routing.Contracts.Engine;

/// <summary>What a turn changes and says. Nothing of it may be seen outside before it is committed.</summary>
public sealed record TurnResult
{
    public required CommandReply Reply { get; init; }

    public IReadOnlyList<RowChange> Rows { get; init; } = [];

    public IReadOnlyList<AddressedEffect> Effects { get; init; } = [];

    public IReadOnlyList<DomainEvent> Events { get; init; } = [];

    /// <summary>What the turn found broken and put right, for people: broken invariants, not failures of the world.</summary>
    public IReadOnlyList<string> Repairs { get; init; } = [];

    /// <summary>Messages between grains that were delivered in the turn.</summary>
    public int Messages { get; init; }

    /// <summary>Agents and calls that matching looked at in the turn: must not grow with the size of the domain.</summary>
    public int CandidatesTouched { get; init; }
}
