using Routing.Contracts.Ids;

namespace Routing.Contracts.Configuration;

/// <summary>The part of the configuration that gateways work with: numbers, credentials as HA1, trunks, keys. Versioned by the domain.</summary>
public sealed record EdgeConfiguration
{
    public required DomainId Domain { get; init; }

    public required long Version { get; init; }

    public required string Realm { get; init; }

    public required IReadOnlyList<string> Hosts { get; init; }

    public required bool Demo { get; init; }

    public required IReadOnlyList<string> Numbers { get; init; }

    /// <summary>Names of the headers of an INVITE that rules look at: a gateway tells these and no others.</summary>
    public IReadOnlyList<string> Headers { get; init => field = value ?? []; } = [];

    public required IReadOnlyList<EdgeAgent> Agents { get; init; }

    public required IReadOnlyList<TrunkConfiguration> Trunks { get; init; }

    /// <summary>What callers may be played: gateways have no files.</summary>
    public IReadOnlyList<AnnouncementConfiguration> Announcements { get; init => field = value ?? []; } = [];

    public required IReadOnlyList<ApiKeyConfiguration> ApiKeys { get; init; }
}
