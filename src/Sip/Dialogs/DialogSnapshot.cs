namespace Routing.Sip.Dialogs;

/// <summary>
/// A dialog as plain text and numbers, to be stored with its call and to outlive a crash. Stored records may have been written
/// by an older version:
/// members are added, never renamed or given another meaning.
/// </summary>
public sealed record DialogSnapshot
{
    public required string CallId { get; init; }

    public required string LocalTag { get; init; }

    /// <summary>Empty when the peer has no tag.</summary>
    public required string RemoteTag { get; init; }

    /// <summary>Our From in requests, without tag.</summary>
    public required string LocalAddress { get; init; }

    /// <summary>Our To in requests, without tag.</summary>
    public required string RemoteAddress { get; init; }

    /// <summary>Our Contact header value.</summary>
    public required string LocalContact { get; init; }

    /// <summary>Where requests are addressed: the URI of the peer's Contact.</summary>
    public required string RemoteTarget { get; init; }

    /// <summary>Route header values in the order in which they are sent.</summary>
    public IReadOnlyList<string> RouteSet { get; init; } = [];

    /// <summary>The number of the last request sent; 0 before the first.</summary>
    public int LocalCSeq { get; init; }

    /// <summary>The highest number received; null before the first request.</summary>
    public int? RemoteCSeq { get; init; }

    public bool IsSecure { get; init; }

    public DialogState State { get; init; }
}
