namespace Routing.Gateway.Api.Models;

/// <summary>A call with everything that happened to it.</summary>
public sealed record CallDetailModel
{
    /// <summary>The call.</summary>
    public required CallModel Call { get; init; }

    /// <summary>What happened, oldest first.</summary>
    public required IReadOnlyList<TimelineModel> Timeline { get; init; }

    /// <summary>The queues it was in, oldest first.</summary>
    public required IReadOnlyList<VisitModel> Visits { get; init; }

    /// <summary>The agents it was offered to and why, oldest first.</summary>
    public required IReadOnlyList<OfferModel> Offers { get; init; }
}
