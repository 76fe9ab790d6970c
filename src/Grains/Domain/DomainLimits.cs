namespace Routing.Grains.Domain;

/// <summary>How much one turn may do. A turn that exceeds a limit throws and does not count: its input is put aside, the domain goes on.</summary>
public sealed record DomainLimits
{
    /// <summary>Messages between grains.</summary>
    public int MaxMessagesCount { get; init; } = 1_000_000;

    /// <summary>Rows written or deleted. Far above what a call needs (about 6); bulk turns (Resume, a gateway's restart) touch every live call.</summary>
    public int MaxRowsCount { get; init; } = 50_000;
}
