using Routing.Contracts.Views;

namespace Routing.Gateway.Api.Models;

/// <summary>A call's stay in one queue.</summary>
public sealed record VisitModel
{
    /// <summary>The queue.</summary>
    public required string Queue { get; init; }

    /// <summary>When it entered.</summary>
    public required DateTime Entered { get; init; }

    /// <summary>When it left; absent while it is there.</summary>
    public DateTime? Left { get; init; }

    /// <summary>How the visit ended; none while it lasts, announced when it was led to an announcement.</summary>
    public required VisitResult Result { get; init; }

    /// <summary>The rule that led it on or ended it: wait, full, nobody-logged-in, nobody-ready, closed or overflow-loop; absent when none did.</summary>
    public string? Reason { get; init; }

    /// <summary>How long it was there, milliseconds.</summary>
    public required long WaitMs { get; init; }
}
