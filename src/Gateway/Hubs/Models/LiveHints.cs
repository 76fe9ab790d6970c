namespace Routing.Gateway.Hubs.Models;

/// <summary>What a newcomer needs to see a call move.</summary>
public sealed record LiveHints
{
    /// <summary>Whether the demo's well-known passwords ("&lt;id&gt;-demo") are in force.</summary>
    public required bool Demo { get; init; }

    public required string Realm { get; init; }

    /// <summary>Where phones reach the gateway.</summary>
    public required IReadOnlyList<string> SipAddresses { get; init; }

    /// <summary>Numbers that lead to queues.</summary>
    public required IReadOnlyList<string> Numbers { get; init; }

    /// <summary>The first few SIP users that may register; the demo only.</summary>
    public required IReadOnlyList<string> SipUsers { get; init; }

    public required string Version { get; init; }
}
