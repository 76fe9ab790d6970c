namespace Routing.Sip.Dialogs;

/// <summary>What a dialog says to a request that came in.</summary>
public enum DialogCheck : byte
{
    Accepted,

    /// <summary>Call-ID or tags are of another dialog: 481.</summary>
    NotInDialog,

    /// <summary>Its CSeq is lower than one already seen: 500 (RFC 3261 §12.2.2).</summary>
    OutOfOrder,
}
