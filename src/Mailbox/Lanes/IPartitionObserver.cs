namespace Routing.Mailbox.Lanes;

/// <summary>Told by lanes, on their threads unless said otherwise, of what they own. Must return at once and never throw.</summary>
public interface IPartitionObserver
{
    /// <summary>Ownership was committed, again or for the first time.</summary>
    void OnOwned(IReadOnlyList<PartitionEpoch> partitions);

    /// <summary>The domains of partitions that were taken while the lane runs: their inputs are taken from now on.</summary>
    void OnTaken(IReadOnlyList<DomainPlacement> domains);

    /// <summary>Given up, or found to be somebody else's: nothing that concerns their domains is done here any more.</summary>
    void OnLeft(IReadOnlyList<int> partitions);

    /// <summary>A lane began to refuse inputs at once, or takes them again: <see cref="Lane.IsRefusing"/> says which. From any thread.</summary>
    void OnRefusing();
}
