namespace Routing.Mailbox;

/// <summary>The ownership under which a lane writes: every commit checks that the stored epoch is still this one.</summary>
public readonly record struct PartitionEpoch(int Partition, long Epoch);
