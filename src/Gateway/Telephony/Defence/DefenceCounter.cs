namespace Routing.Gateway.Telephony.Defence;

/// <summary>What the defence did since the start, by reason.</summary>
public enum DefenceCounter
{
    /// <summary>Datagrams and reads above the rate, not parsed.</summary>
    DroppedDatagramRate,

    /// <summary>Requests outside dialogs above the rate.</summary>
    DroppedRequestRate,

    /// <summary>Requests inside dialogs above the rate.</summary>
    DroppedDialogRate,

    /// <summary>Requests of banned sources.</summary>
    DroppedBanned,

    /// <summary>Requests of scanners.</summary>
    DroppedScanner,

    /// <summary>Malformed requests that got no answer because of the rate or a ban.</summary>
    DroppedMalformed,

    /// <summary>Connections of banned sources.</summary>
    DroppedConnection,

    /// <summary>First INVITEs answered 503 because of the rate.</summary>
    RefusedCallRate,

    /// <summary>First INVITEs answered 503 because their source has its share of the live calls.</summary>
    RefusedCallShare,

    /// <summary>Wrong passwords and unknown users.</summary>
    AuthenticationFailures,

    /// <summary>Bans.</summary>
    Bans,
}
