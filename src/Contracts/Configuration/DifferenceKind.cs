namespace Routing.Contracts.Configuration;

public enum DifferenceKind
{
    Added,
    Removed,
    Changed,

    /// <summary>The same entries in another order.</summary>
    Reordered,
}
