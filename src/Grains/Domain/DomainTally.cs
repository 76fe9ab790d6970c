using Routing.Contracts.Views;

namespace Routing.Grains.Domain;

/// <summary>Call to domain: count this.</summary>
internal sealed record DomainTally(DomainStep Step, CallOutcome Outcome = default) : GrainMessage
{
    /// <summary>Of a guest, which counts apart.</summary>
    public bool IsGuest { get; init; }

    public static DomainTally Arrived { get; } = new(DomainStep.Arrived);

    public static DomainTally Answered { get; } = new(DomainStep.Answered);

    public static DomainTally Announcing { get; } = new(DomainStep.Announcing);
}
