namespace Routing.Mailbox.Membership;

/// <summary>A partition as the planner sees it.</summary>
/// <param name="Id">Which.</param>
/// <param name="HasDomains">Whether there is anything in it that works: those are spread first.</param>
/// <param name="Desired">Which silo shall have it until now; null for none.</param>
public readonly record struct PlannedPartition(int Id, bool HasDomains, long? Desired);
