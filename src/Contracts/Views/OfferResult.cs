namespace Routing.Contracts.Views;

public enum OfferResult
{
    /// <summary>Still ringing.</summary>
    Pending,
    Answered,
    Declined,

    /// <summary>RONA.</summary>
    NoAnswer,
    Unreachable,

    /// <summary>The caller hung up while it rang.</summary>
    CallerLeft,

    /// <summary>Withdrawn for another reason (answered elsewhere, agent unavailable, call moved).</summary>
    Withdrawn,
}
