using System.Text.Json.Serialization;
using Routing.Contracts.Ids;
using Routing.Contracts.Serialization;
using Routing.Contracts.Views;

namespace Routing.Contracts.Configuration;

/// <summary>An agent.</summary>
/// <remarks><inheritdoc cref="DomainConfiguration" path="/remarks"/></remarks>
public sealed record AgentConfiguration
{
    public required AgentId Id { get; init; }

    public required string Name { get; init; }

    /// <summary>User part of the agent's address of record and user name of its digest.</summary>
    public required string SipUser { get; init; }

    /// <summary>MD5(user:realm:password) in lower-case hex (RFC 7616 §3.4.2); the password itself is not kept.</summary>
    public required string Ha1Md5 { get; init; }

    /// <summary>SHA-256(user:realm:password) in lower-case hex (RFC 8760).</summary>
    public required string Ha1Sha256 { get; init; }

    [JsonConverter(typeof(SkillLevelsConverter))]
    public IReadOnlyList<SkillLevel> Skills { get; init => field = value ?? []; } = [];

    /// <summary>One of <see cref="DomainConfiguration.Teams"/>; null: none.</summary>
    public string? Team { get; init; }

    /// <summary>What else conditions may ask for, each name once; null: nothing, which keeps large configurations small.</summary>
    public IReadOnlyList<AgentAttribute>? Attributes { get; init; }

    /// <summary>Lots of the agent under <see cref="AgentStrategy.WeightedRandom"/>: with 2 rung twice as often as with 1. 1 to 1000.</summary>
    public int Weight { get; init => field = value == 0 ? 1 : value; } = 1;

    /// <summary>What the first registered phone does to an agent who is logged out for lack of one.</summary>
    public OnRegister OnRegister { get; init; } = OnRegister.Ready;

    /// <summary>What conditions see of the agent.</summary>
    [JsonIgnore]
    public AgentTraits Traits => new(Skills, Team, Attributes);
}
