namespace Routing.Simulation.Checking;

/// <summary>A gateway as the checker knows it: what it promised, and until when it is believed in.</summary>
internal sealed class GatewayModel
{
    public required long Incarnation { get; init; }

    public required int LeaseMs { get; init; }

    public required int GraceMs { get; init; }

    /// <summary>0: it has nothing in the domain, or was given up.</summary>
    public long UntilMs { get; set; }

    /// <summary>Since how many of its timers the domain was late and nothing was heard.</summary>
    public int LateCount { get; set; }

    public bool HasLapsed { get; set; }
}
