namespace Routing.Gateway.Api.Models;

/// <summary>A domain in figures, since it exists: offered = answered + abandoned + overflowedOut + rejected + failed + announced + waiting + talking + announcing.</summary>
public sealed record SummaryModel
{
    /// <summary>Id of the domain.</summary>
    public required string Domain { get; init; }

    /// <summary>The turn it is as of.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it was read.</summary>
    public required DateTime At { get; init; }

    /// <summary>Version of the configuration in force.</summary>
    public required long ConfigurationVersion { get; init; }

    /// <summary>Calls that came in.</summary>
    public required long Offered { get; init; }

    /// <summary>Conversations that have ended.</summary>
    public required long Answered { get; init; }

    /// <summary>Callers who left before an answer.</summary>
    public required long Abandoned { get; init; }

    /// <summary>Sent to another domain or outside.</summary>
    public required long OverflowedOut { get; init; }

    /// <summary>Turned away by a rule.</summary>
    public required long Rejected { get; init; }

    /// <summary>Lost to a fault.</summary>
    public required long Failed { get; init; }

    /// <summary>Turned away with an announcement that is over.</summary>
    public required long Announced { get; init; }

    /// <summary>In line now, ringing ones included.</summary>
    public required int Waiting { get; init; }

    /// <summary>In conversation now.</summary>
    public required int Talking { get; init; }

    /// <summary>Hear the announcement that they are turned away with now.</summary>
    public required int Announcing { get; init; }

    /// <summary>How many queues there are.</summary>
    public required int Queues { get; init; }

    /// <summary>How many agents are in each state.</summary>
    public required IReadOnlyDictionary<string, int> Agents { get; init; }
}
