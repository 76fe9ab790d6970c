namespace Routing.Gateway.Api.Models;

/// <summary>The head of a line as ranked.</summary>
public sealed record CallCandidateModel
{
    /// <summary>The call.</summary>
    public required string Call { get; init; }

    /// <summary>Its queue.</summary>
    public required string Queue { get; init; }

    /// <summary>Higher is served first.</summary>
    public required int Priority { get; init; }

    /// <summary>How long it had waited, milliseconds.</summary>
    public required long WaitedMs { get; init; }

    /// <summary>Rang another agent already: it came after all that rang nobody.</summary>
    public required bool Ringing { get; init; }

    /// <summary>
    /// What the rule compared, milliseconds: priority-with-ageing: wait plus priority times ageing, larger first; deadline: time left, negative when it has passed, smaller first inside a
    /// priority; deadline-with-ageing: the same less priority times ageing; priority: 0.
    /// </summary>
    public required long Value { get; init; }

    /// <summary>Weight of its queue, higher first where all before are equal.</summary>
    public required int Weight { get; init; }
}
