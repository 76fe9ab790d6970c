namespace Routing.Contracts.Views;

/// <summary>A call with everything that happened to it.</summary>
public sealed record CallDetail
{
    public required CallView Call { get; init; }

    public required IReadOnlyList<TimelineEntry> Timeline { get; init; }

    public required IReadOnlyList<VisitView> Visits { get; init; }

    public required IReadOnlyList<OfferView> Offers { get; init; }
}
