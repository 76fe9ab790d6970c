using Routing.Contracts.Ids;

namespace Routing.Micro.Cluster;

/// <summary>Load on the domains that a process has. Closed: each of a number of callers goes on when the answer came.</summary>
internal interface ILoad
{
    /// <summary>Commands answered so far.</summary>
    long Commands { get; }

    /// <summary>Calls completed so far.</summary>
    long Calls { get; }

    /// <summary>Commands refused so far.</summary>
    long Refused { get; }

    /// <summary>Waits for an answer, the last few thousand, milliseconds.</summary>
    IReadOnlyList<double> Waits();

    /// <summary>Makes domains ready; returns when that is committed.</summary>
    void Prepare(IReadOnlyList<DomainId> domains);

    /// <summary>Begins with so many at once in each domain.</summary>
    void Begin(int inFlight);
}
