using Routing.Sip.Parsing;

namespace Routing.Sip.Transport;

/// <summary>Settings and limits of one listening point.</summary>
public sealed record SipListenOptions
{
    /// <inheritdoc cref="ISipTransport.AdvertisedHost"/>
    public string? AdvertisedHost { get; init; }

    /// <inheritdoc cref="ISipTransport.AdvertisedPort"/>
    public int? AdvertisedPort { get; init; }

    /// <summary>Asked about each datagram and connection before it is read; null lets everything in.</summary>
    public ISipGuard? Guard { get; init; }

    /// <summary>Measures how long datagrams may have lain unread.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Limits of what is read.</summary>
    public SipLimits ParserLimits { get; init; } = SipLimits.Default;

    /// <summary>Socket buffers of UDP, asked for; the system may give less (net.core.rmem_max). 4 MiB hold some 3,000 INVITEs.</summary>
    public int DatagramBufferBytes { get; init; } = 4 * 1_024 * 1_024;

    /// <summary>Most remote addresses remembered by a UDP transport; when full it forgets all and starts again.</summary>
    public int RemoteCacheLimitEntries { get; init; } = 8_192;

    /// <summary>Most connections, both ways, of a listening point.</summary>
    public int ConnectionLimit { get; init; } = 10_000;

    /// <summary>Most accepted connections from one address, over IPv6 from one /64: that is what one customer gets.</summary>
    public int ConnectionsPerSourceLimit { get; init; } = 256;

    /// <summary>Most bytes that wait to be written on one connection.</summary>
    public int WriteQueueLimitBytes { get; init; } = 256 * 1_024;

    /// <summary>A connection on which nothing moved for this long is closed. Phones keep theirs alive every 30–120 s (RFC 5626 §4.4.1).</summary>
    public int IdleLimitSeconds { get; init; } = 300;

    /// <summary>A message must be complete this long after its first byte.</summary>
    public int IncompleteMessageLimitSeconds { get; init; } = 10;

    /// <summary>An accepted connection must have brought a message within this time, so that silent ones cannot take all places.</summary>
    public int FirstMessageLimitSeconds { get; init; } = 30;

    /// <summary>An outgoing connection must be made within this time.</summary>
    public int ConnectLimitSeconds { get; init; } = 5;
}
