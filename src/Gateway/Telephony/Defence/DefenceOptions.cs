namespace Routing.Gateway.Telephony.Defence;

/// <summary>
/// What one source may do. A source is an IPv4 address or an IPv6 /64; on loopback, where every program has the same address, address and port.
/// Trunks that a domain lists, and programs on this machine, are trusted: they have limits of their own and trunks are never banned.
/// </summary>
public sealed record DefenceOptions
{
    /// <summary>Datagrams, or reads of connections, that are looked at at all. Above it nothing is parsed.</summary>
    public Rate Datagrams { get; init; } = new(10_000, 20_000);

    /// <summary>Requests outside dialogs. Above it: silence, which to a phone is a lost datagram.</summary>
    public Rate Requests { get; init; } = new(500, 2_000);

    /// <summary>Requests inside dialogs, counted apart, so that a flood under a forged address does not take the calls of its owner with it.</summary>
    public Rate DialogRequests { get; init; } = new(2_000, 5_000);

    /// <summary>First INVITEs. Above it: 503 with Retry-After.</summary>
    public Rate Calls { get; init; } = new(50, 200);

    /// <summary><see cref="Datagrams"/>, <see cref="Requests"/> and <see cref="DialogRequests"/> of trusted sources.</summary>
    public Rate TrustedRequests { get; init; } = new(50_000, 100_000);

    /// <summary>First INVITEs of trusted sources.</summary>
    public Rate TrustedCalls { get; init; } = new(5_000, 10_000);

    /// <summary>Wrong passwords and unknown users. Above it the source is banned: its requests outside dialogs meet silence.</summary>
    public Rate AuthenticationFailures { get; init; } = new(0.1, 20);

    /// <summary>Length of a source's first ban; each further one is twice as long as the one before.</summary>
    public int BanFirstSeconds { get; init; } = 60;

    /// <summary>Longest ban.</summary>
    public int BanMaxSeconds { get; init; } = 3_600;

    /// <summary>A ban is remembered for this long after its end: the next one is then longer.</summary>
    public int BanMemorySeconds { get; init; } = 86_400;

    /// <summary>Most bans kept, those that are over included; the oldest is forgotten first.</summary>
    public int BansLimitCount { get; init; } = 16_384;

    /// <summary>Cells of each kind of limit for untrusted sources, 8 bytes each; a power of two.</summary>
    public int CellsCount { get; init; } = 65_536;

    /// <summary>Lines about bans in the log.</summary>
    public Rate LogLines { get; init; } = new(0.2, 20);

    /// <summary>What stands in the User-Agent of scanners, in lower case; they get silence. Trunks are not looked at.</summary>
    public IReadOnlyList<string> Scanners { get; init; } =
    [
        "friendly-scanner", "friendly-request", "sipvicious", "sipcli", "sip-scan", "sipscan", "sundayddr", "vaxsip", "vaxasip", "pplsip", "smap", "sivus",
        "iwar", "eyebeam scanner", "cloudscan", "gulp", "sipptk", "masscan", "zgrab",
    ];
}
