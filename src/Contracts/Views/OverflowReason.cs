using Routing.Contracts.Configuration;

namespace Routing.Contracts.Views;

/// <summary>Words for the rules that lead calls away from a queue. They stand in records: never change one.</summary>
public static class OverflowReason
{
    public const string Wait = "wait";

    public const string Full = "full";

    public const string NobodyLoggedIn = "nobody-logged-in";

    public const string NobodyReady = "nobody-ready";

    public const string Closed = "closed";

    /// <summary>A rule led it to a queue where it had been, or through too many: it was rejected instead.</summary>
    public const string Loop = "overflow-loop";

    /// <summary>Its number has no queue for it: rejected or redirected as it came.</summary>
    public const string EntryRoute = "entry-route";

    /// <summary>Its gateway was silent for longer than calls are kept.</summary>
    public const string GatewayLost = "gateway-lost";

    /// <summary>Its INVITE came again by another gateway, since a proxy heard nothing from its own: it goes on as that call.</summary>
    public const string CameAgain = "came-again";

    public static string Of(OverflowCondition condition) => condition switch
    {
        OverflowCondition.Wait => Wait,
        OverflowCondition.Full => Full,
        OverflowCondition.NobodyLoggedIn => NobodyLoggedIn,
        OverflowCondition.NobodyReady => NobodyReady,
        OverflowCondition.Closed => Closed,
        _ => throw new ArgumentOutOfRangeException(nameof(condition), condition, "no such condition"),
    };
}
