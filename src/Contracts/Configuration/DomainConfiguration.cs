using Routing.Contracts.Ids;

namespace Routing.Contracts.Configuration;

/// <summary>All that a domain is told. Made from YAML by the silo, checked by the brain, stored with the domain. Times are milliseconds.</summary>
/// <remarks>
/// The generated reader of JSON sets what a stored configuration lacks to 0 or null, not to the initial value written here. So every property whose default is another takes those for the
/// default; where 0 is a value of its own, a nullable twin stands in the JSON. A test walks all records and reads each from no more than what it requires.
/// </remarks>
public sealed record DomainConfiguration
{
    public required DomainId Domain { get; init; }

    /// <summary>SIP authentication realm.</summary>
    public required string Realm { get; init; }

    /// <summary>Host names that the domain answers for, besides addresses of the gateway.</summary>
    public IReadOnlyList<string> Hosts { get; init => field = value ?? []; } = [];

    /// <summary>The built-in demo: its well-known passwords and open reads are for loopback only.</summary>
    public bool Demo { get; init; }

    public IReadOnlyList<string> Skills { get; init => field = value ?? []; } = [];

    /// <summary>Teams that agents may be in.</summary>
    public IReadOnlyList<string> Teams { get; init => field = value ?? []; } = [];

    /// <summary>Names of attributes that agents may have and conditions may ask for.</summary>
    public IReadOnlyList<string> Attributes { get; init => field = value ?? []; } = [];

    public IReadOnlyList<AgentConfiguration> Agents { get; init => field = value ?? []; } = [];

    /// <summary>Which of several waiting calls is served first.</summary>
    public CallOrder Order { get; init; }

    /// <summary>
    /// Wait that outweighs one step of priority, milliseconds: a call is served before one of a priority p steps higher that came more than p times this later. 0: never, whatever the wait.
    /// </summary>
    public int AgeingMs { get; init; }

    /// <summary>Agents kept for some calls; at most 32.</summary>
    public IReadOnlyList<ReserveConfiguration> Reserves { get; init => field = value ?? []; } = [];

    public IReadOnlyList<QueueConfiguration> Queues { get; init => field = value ?? []; } = [];

    public IReadOnlyList<NumberConfiguration> Numbers { get; init => field = value ?? []; } = [];

    public IReadOnlyList<AnnouncementConfiguration> Announcements { get; init => field = value ?? []; } = [];

    public IReadOnlyList<CalendarConfiguration> Calendars { get; init => field = value ?? []; } = [];

    public IReadOnlyList<TrunkConfiguration> Trunks { get; init => field = value ?? []; } = [];

    public IReadOnlyList<ApiKeyConfiguration> ApiKeys { get; init => field = value ?? []; } = [];
}
