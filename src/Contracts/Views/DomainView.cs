using Routing.Contracts.Ids;

namespace Routing.Contracts.Views;

/// <summary>Counters of calls since the domain exists. Offered = Answered + Abandoned + OverflowedOut + Rejected + Failed + Announced + Waiting + Talking + Announcing.</summary>
public sealed record DomainView
{
    public required DomainId Domain { get; init; }

    public required long ConfigurationVersion { get; init; }

    /// <summary>Wait that outweighs a step of priority, milliseconds; 0: none does (<see cref="Configuration.DomainConfiguration.AgeingMs"/>). Readers order the lines of queues with it.</summary>
    public int AgeingMs { get; init; }

    public required long Offered { get; init; }

    /// <summary>Conversations that have ended; one that goes on is <see cref="Talking"/>.</summary>
    public required long Answered { get; init; }

    public required long Abandoned { get; init; }

    public required long OverflowedOut { get; init; }

    public required long Rejected { get; init; }

    public required long Failed { get; init; }

    /// <summary>Turned away with an announcement that is over.</summary>
    public long Announced { get; init; }

    /// <summary>Calls of other domains that asked for an agent here. They are offered, answered and so on in their own domains, and count in none of the other figures here:
    /// <c>guestsOffered = guestsAnswered + guestsReturned + guestsWaiting + guestsTalking</c>.</summary>
    public long GuestsOffered { get; init; }

    /// <summary>Those that an agent talked to, ended.</summary>
    public long GuestsAnswered { get; init; }

    /// <summary>Those that no agent of this domain talked to, ended.</summary>
    public long GuestsReturned { get; init; }

    public int GuestsWaiting { get; init; }

    public int GuestsTalking { get; init; }

    public required int Waiting { get; init; }

    public required int Talking { get; init; }

    /// <summary>Calls that hear the announcement that they are turned away with.</summary>
    public int Announcing { get; init; }
}
