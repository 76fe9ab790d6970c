using System.Net;
using Routing.Contracts.Ids;
using Routing.Gateway.Telephony.Defence;
using Routing.Gateway.Telephony.Domains;
using Routing.Sip.Auth;
using Routing.Sip.Rtp;
using Routing.Sip.Stack;
using Routing.Sip.Transport;

namespace Routing.Gateway.Telephony;

/// <summary>Settings of a <see cref="SipGateway"/>.</summary>
public sealed record SipGatewayOptions
{
    /// <summary>Name of this gateway: the same over restarts.</summary>
    public required GatewayId Gateway { get; init; }

    /// <summary>Of this process; higher than that of every earlier one of the same gateway.</summary>
    public required long Incarnation { get; init; }

    /// <summary>Secret of this installation, at least <see cref="KeyedIds.KeyMinBytes"/> bytes, the same over restarts: identifiers on the wire derive from it.</summary>
    public required ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>What is shared with other gateways; null for one that is alone.</summary>
    public ClusterSip? Cluster { get; init; }

    /// <summary>What it promises to domains in processes of their own; null for one that lives and dies with them.</summary>
    public LeaseTerms? Lease { get; init; }

    public required IReadOnlyList<ListenPoint> Listen { get; init; }

    /// <summary>Others than this machine reach it: a demo, whose passwords everybody knows, has no phones and no calls here.</summary>
    public bool RefusesDemo { get; init; }

    /// <summary>Where hold media is sent from; null for the address that the call arrived at.</summary>
    public IPAddress? MediaAddress { get; init; }

    /// <summary>Most connections, both ways, of a listening point.</summary>
    public int ConnectionsLimit { get; init; } = new SipListenOptions().ConnectionLimit;

    /// <summary>Most connections accepted from one source.</summary>
    public int ConnectionsPerSourceLimit { get; init; } = new SipListenOptions().ConnectionsPerSourceLimit;

    public RtpHoldOptions Media { get; init; } = new();

    public DigestServerOptions Digest { get; init; } = new();

    public SipStackOptions Stack { get; init; } = new();

    /// <summary>Limits of what one source may do.</summary>
    public DefenceOptions Defence { get; init; } = new();

    /// <summary>Shown as Server and User-Agent.</summary>
    public string Product { get; init; } = "Routing/0.1";

    /// <summary>Most calls at a time; an INVITE above it gets 503.</summary>
    public int CallsLimit { get; init; } = 20_000;

    /// <summary>Most calls at a time of one source, a trunk or this machine among them; an INVITE above it gets 503.</summary>
    public int CallsPerSourceLimit { get; init; } = 20_000;

    /// <summary>What calls in progress get to end before the gateway does (<see cref="SipGateway.DrainAsync"/>); 0: nothing, and no notice to proxies either.</summary>
    public int DrainLimitSeconds { get; init; }

    /// <summary>Most calls whose other ends are asked in a second whether they are still there: all calls after a restart, …</summary>
    public int AuditLimitPerSecond { get; init; } = 100;

    /// <summary>… and each that lasts again after so long.</summary>
    public int AuditPeriodMinutes { get; init; } = 10;

    /// <summary>Keeps who hung up while the store stalls, over the end of this process; null to do without. The gateway's from then on.</summary>
    public ILegEndJournal? Journal { get; init; }

    /// <summary>Called at every crash point passed; throws to die there. Tests of this assembly only: no setting reaches it.</summary>
    internal Action<CrashPoint>? AtCrashPoint { get; init; }

    /// <summary>Shortest registration granted (RFC 3261 §10.3: shorter ones get 423).</summary>
    public int RegistrationMinSeconds { get; init; } = 60;

    /// <summary>Granted when the phone does not say.</summary>
    public int RegistrationDefaultSeconds { get; init; } = 3_600;

    /// <summary>Longest registration granted; longer wishes are shortened to it.</summary>
    public int RegistrationMaxSeconds { get; init; } = 7_200;

    /// <summary>Most contacts in one REGISTER.</summary>
    public int RegistrationContactsLimit { get; init; } = 10;
}
