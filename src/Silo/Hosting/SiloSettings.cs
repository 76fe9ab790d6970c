using System.Net;

namespace Routing.Silo.Hosting;

/// <summary>How one process runs: what remains of command line, environment and appsettings.json after precedence and checks.</summary>
internal sealed record SiloSettings
{
    public ProcessRole Role { get; init; }

    /// <summary>Of this process in the cluster; a gateway keeps its own for ever.</summary>
    public string Name { get; init; } = "gateway";

    /// <summary>Where a silo hears gateways of other hosts; null for none.</summary>
    public IPEndPoint? Link { get; init; }

    /// <summary>HOST:PORT by which gateways and other silos reach <see cref="Link"/>; null when that is the address itself.</summary>
    public string? LinkAdvertise { get; init; }

    /// <summary>Where a gateway finds silos, each HOST:PORT.</summary>
    public IReadOnlyList<string> Silos { get; init; } = [];

    /// <summary>The secret that all processes of the cluster share.</summary>
    public string? ClusterKeyFile { get; init; }

    /// <summary>Where other gateways reach this one by SIP, UDP and TCP; null: they cannot.</summary>
    public IPEndPoint? ClusterSip { get; init; }

    /// <summary>Where SIP is heard, UDP and TCP on each.</summary>
    public required IReadOnlyList<IPEndPoint> Sip { get; init; }

    /// <summary>What phones are told instead of each address of <see cref="Sip"/>; null for the address by which they are reached.</summary>
    public IReadOnlyList<AdvertisedHost?> Advertise { get; init; } = [];

    /// <summary>Ports of hold media.</summary>
    public RtpPorts RtpPorts { get; init; }

    public ProcessLimits Limits { get; init; } = ProcessLimits.Defaults;

    /// <summary>REST, live page, metrics and probes.</summary>
    public required IPEndPoint Http { get; init; }

    /// <summary>Where state is kept.</summary>
    public StoreChoice Store { get; init; } = StoreChoice.Sqlite;

    /// <summary>Raises the format level of the data as soon as all who use them know a higher one, and does not wait to be asked.</summary>
    public bool RaisesLevel { get; init; }

    /// <summary>Folder of the embedded store and of the gateway's identity, absolute.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Configuration files and folders as they were given, each of a domain. None: the built-in demo, or, in a cluster, what its other silos bring.</summary>
    public IReadOnlyList<string> ConfigFiles { get; init; } = [];
}
