namespace Routing.Mailbox.Remote;

/// <summary>All links of a process to silos.</summary>
/// <param name="Links">One for each silo and purpose, in the order of their names.</param>
/// <param name="OwnerlessInputs">Inputs kept for domains of which no owner is reached now.</param>
public sealed record LinksStatus(IReadOnlyList<LinkStatus> Links, long OwnerlessInputs);
