namespace Routing.Gateway.Sessions;

/// <summary>What <see cref="WebCounters"/> counted; all but <see cref="HubConnections"/> only grow.</summary>
public sealed record WebCountersSnapshot
{
    public required long Responses1xx { get; init; }

    public required long Responses2xx { get; init; }

    public required long Responses3xx { get; init; }

    public required long Responses4xx { get; init; }

    public required long Responses5xx { get; init; }

    /// <summary>Requests with an unknown key or ticket.</summary>
    public required long KeysRefused { get; init; }

    /// <summary>Requests answered 429.</summary>
    public required long Throttled { get; init; }

    /// <summary>Connections above the limit of their source, closed at once.</summary>
    public required long ConnectionsRefused { get; init; }

    /// <summary>Open now.</summary>
    public required long HubConnections { get; init; }

    public required long HubConnectionsRefused { get; init; }

    public required long HubFrames { get; init; }

    public required long HubFullFrames { get; init; }
}
