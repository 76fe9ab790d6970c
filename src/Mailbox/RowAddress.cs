using Routing.Contracts.Engine;

namespace Routing.Mailbox;

/// <summary>A stored row of a domain.</summary>
/// <param name="Domain">Number of the domain.</param>
/// <param name="Key">Kind and id of the grain.</param>
public readonly record struct RowAddress(int Domain, RowKey Key);
