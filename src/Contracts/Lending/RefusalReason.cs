namespace Routing.Contracts.Lending;

/// <summary>Why a domain lends nobody. They stand in records: never change one.</summary>
public static class RefusalReason
{
    public const string UnknownQueue = "unknown-queue";

    /// <summary>The queue does not name the asking domain among its guests.</summary>
    public const string NotAGuest = "not-a-guest";

    /// <summary>The queue is closed, or closed while the call waited.</summary>
    public const string Closed = "closed";

    /// <summary>As many guests wait there as a domain takes.</summary>
    public const string TooMany = "too-many-guests";

    /// <summary>It speaks another version.</summary>
    public const string UnknownProtocol = "unknown-protocol";

    /// <summary>Names that are too long to be told apart over there.</summary>
    public const string BadName = "bad-name";

    /// <summary>Home gave the agent back before it rang them: its clock was past the time until which it might have. Said by home of itself.</summary>
    public const string TooLate = "too-late";

    /// <summary>Home did not say in time what became of a lent agent. The call may ask again.</summary>
    public const string HomeSilent = "home-silent";

    /// <summary>The lender knows nothing of the attempt: what began or ended it was lost. The call asks again at once.</summary>
    public const string Forgotten = "forgotten";

    /// <summary>Nothing was heard of the domain while much was told to it. Said by home of itself: it is not asked.</summary>
    public const string PeerSilent = "peer-silent";
}
