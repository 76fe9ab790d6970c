using Routing.Contracts.Ids;

namespace Routing.Contracts.Views;

public sealed record AgentView
{
    public required AgentId Id { get; init; }

    public required string Name { get; init; }

    public required AgentState State { get; init; }

    /// <summary>Not-ready reason, or why logged out ("no-phone"); null for none.</summary>
    public string? Reason { get; init; }

    /// <summary>Since when the state holds, Unix milliseconds.</summary>
    public required long SinceMs { get; init; }

    /// <summary>End of the last work (wrap-up included), Unix milliseconds: longest idle counts from here.</summary>
    public required long IdleSinceMs { get; init; }

    /// <summary>Registered phones.</summary>
    public required int Phones { get; init; }

    public CallId? Call { get; init; }

    public QueueId? Queue { get; init; }

    public required IReadOnlyList<SkillLevel> Skills { get; init; }

    public string? Team { get; init; }

    /// <summary>Null: none.</summary>
    public IReadOnlyList<AgentAttribute>? Attributes { get; init; }

    /// <summary>Calls answered since the domain exists.</summary>
    public long Answered { get; init; }

    /// <summary>Offers not answered (RONA), declined or unreachable since the domain exists.</summary>
    public long Missed { get; init; }

    /// <summary>Calls answered in this shift. A shift begins with the first login after at least an hour logged out.</summary>
    public long ShiftAnswered { get; init; }

    /// <summary>Time of this shift offered, talking and in wrap-up, up to <see cref="SinceMs"/>: the state that lasts is not in it. Milliseconds.</summary>
    public long BusyMs { get; init; }

    /// <summary>… and ready. Occupancy is BusyMs / (BusyMs + ReadyMs): time not ready is in neither.</summary>
    public long ReadyMs { get; init; }
}
