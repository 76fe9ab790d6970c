using Routing.Contracts.Views;

namespace Routing.Gateway.Api.Models;

/// <summary>One offer of a call to an agent, and why that agent.</summary>
public sealed record OfferModel
{
    /// <summary>From 1 within the call.</summary>
    public required int Number { get; init; }

    /// <summary>The agent.</summary>
    public required string Agent { get; init; }

    /// <summary>The queue.</summary>
    public required string Queue { get; init; }

    /// <summary>When it was decided.</summary>
    public required DateTime Offered { get; init; }

    /// <summary>When the phone rang.</summary>
    public DateTime? Ringing { get; init; }

    /// <summary>When it was over.</summary>
    public DateTime? Ended { get; init; }

    /// <summary>How it ended; pending while it rings.</summary>
    public required OfferResult Result { get; init; }

    /// <summary>Final response of the phone; absent when there was none.</summary>
    public int? SipStatus { get; init; }

    /// <summary>Why this agent.</summary>
    public required WhyModel Why { get; init; }
}
