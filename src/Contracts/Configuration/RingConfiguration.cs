using Routing.Contracts.Views;

namespace Routing.Contracts.Configuration;

/// <summary>
/// A further ring of agents: from a wait on, its needs count instead of those before. Usually they ask for less; they may ask for something else.
/// </summary>
public sealed record RingConfiguration
{
    /// <summary>Wait in the queue visit from which on the ring counts, milliseconds; time that the domain was down is not in it.</summary>
    public required int AfterMs { get; init; }

    /// <summary>As <see cref="QueueConfiguration.Needs"/>.</summary>
    public IReadOnlyList<SkillLevel> Needs { get; init => field = value ?? []; } = [];

    /// <summary>As <see cref="QueueConfiguration.Condition"/>.</summary>
    public NeedExpression? Condition { get; init; }

    public bool Equals(RingConfiguration? other) =>
        other is not null && AfterMs == other.AfterMs && Needs.SequenceEqual(other.Needs) && Equals(Condition, other.Condition);

    public override int GetHashCode() => AfterMs;
}
