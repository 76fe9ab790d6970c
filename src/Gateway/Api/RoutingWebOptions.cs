using Routing.Contracts.Ids;

namespace Routing.Gateway.Api;

/// <summary>Settings of REST, hub and page.</summary>
public sealed class RoutingWebOptions
{
    /// <summary>The domain that /api/v1/… without a domain means when there are several.</summary>
    public DomainId? DefaultDomain { get; set; }

    /// <summary>Others than this machine reach the process: a demo that came to the cluster by another one has no keys here.</summary>
    public bool RefusesDemo { get; set; }

    /// <summary>Where phones reach the gateway ("127.0.0.1:5060"): the page tells a newcomer what to dial.</summary>
    public IReadOnlyList<string> SipAddresses { get; set; } = [];

    /// <summary>Version shown by the page and OpenAPI.</summary>
    public string Version { get; set; } = typeof(RoutingWebOptions).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <summary>Bodies longer than this are refused with 413, bytes.</summary>
    public int MaxRequestBodyBytes { get; set; } = 16 * 1024;

    /// <summary>The same for a new configuration, which only an administrator may send. As long as a file that the process reads itself.</summary>
    public int MaxConfigurationBodyBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>How long a write waits for its commit before 503, milliseconds.</summary>
    public int WriteTimeoutMs { get; set; } = 10_000;

    /// <summary>How long an explanation waits for its domain before 503, milliseconds.</summary>
    public int ExplanationTimeoutMs { get; set; } = 2_000;

    /// <summary>Requests that one key may make at once, and per second after that; above it 429.</summary>
    public int RequestBurstCount { get; set; } = 2_000;

    public int RequestsPerSecondCount { get; set; } = 1_000;

    /// <summary>Requests for events that may be open at once in this process, long polls included, and of one key; above it 429.</summary>
    public int MaxEventReadersCount { get; set; } = 256;

    public int MaxEventReadersPerKeyCount { get; set; } = 16;

    /// <summary>Wrong keys that one source may present at once, and per second after that; above it 429 unseen.</summary>
    public int WrongKeysBurstCount { get; set; } = 50;

    public double WrongKeysPerSecondCount { get; set; } = 1;

    /// <summary>HTTP connections of one source other than loopback: raise it for a proxy on another host.</summary>
    public int MaxConnectionsPerSourceCount { get; set; } = 256;

    /// <summary>Hub connections of this process.</summary>
    public int MaxHubConnectionsCount { get; set; } = 1_000;

    /// <summary>Least time between two frames to the same hub client, milliseconds: at most ten a second by default.</summary>
    public int HubFrameIntervalMs { get; set; } = 100;

    /// <summary>A hub client that saw no change for this long gets an empty frame, milliseconds.</summary>
    public int HubHeartbeatMs { get; set; } = 5_000;
}
