using Routing.Contracts.Ids;

namespace Routing.Contracts.Views;

/// <summary>One offer and why that agent. Times are Unix milliseconds.</summary>
public sealed record OfferView
{
    public required int Number { get; init; }

    public required AgentId Agent { get; init; }

    public required QueueId Queue { get; init; }

    public required long OfferedMs { get; init; }

    public long? RingingMs { get; init; }

    public long? EndedMs { get; init; }

    public required OfferResult Result { get; init; }

    /// <summary>Final response of the phone, or 0.</summary>
    public int SipStatus { get; init; }

    public required WhyRecord Why { get; init; }
}
