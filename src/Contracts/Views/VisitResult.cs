namespace Routing.Contracts.Views;

/// <summary>How a visit to one queue ended; None while it lasts.</summary>
public enum VisitResult
{
    None,
    Served,
    Abandoned,
    Overflowed,

    /// <summary>Taken out otherwise: rejected, failed, removed.</summary>
    Withdrawn,

    /// <summary>Led to an announcement.</summary>
    Announced,
}
