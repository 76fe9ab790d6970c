using Routing.Sip.Transactions;
using Routing.Sip.Transport;

namespace Routing.Sip.Stack;

/// <summary>Settings of a <see cref="SipStack"/>.</summary>
public sealed record SipStackOptions
{
    public SipTransactionOptions Transactions { get; init; } = new();

    /// <summary>
    /// An INVITE outside dialogs that may have lain unread for so long is no call any more: its sender may have gone on to another server. Not answered over UDP (it is sent again by who still waits), 503 else. Null: however old.
    /// </summary>
    public int? InviteAgeLimitMs { get; init; }

    /// <summary>Asked about each request on the thread that received it; null lets everything in.</summary>
    public ISipGuard? Guard { get; init; }

    /// <summary>Looks up host names.</summary>
    public ISipResolver Resolver { get; init; } = new SystemSipResolver();

    /// <summary>A name must be looked up within this time.</summary>
    public int ResolutionLimitSeconds { get; init; } = 5;

    /// <summary>Most look-ups at a time; a request to a name above it fails with <see cref="SipTransactionFailure.LimitReached"/>.</summary>
    public int ResolutionLimitCount { get; init; } = 256;
}
