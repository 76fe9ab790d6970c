using Routing.Contracts.Ids;

namespace Routing.Contracts.Explanations;

/// <summary>Agents who have what a call needs and do not take it, all for the same reason.</summary>
/// <param name="Reason">Their state ("talking", "not-ready" …), or for ready agents why they may not take this call ("cool-off" …).</param>
/// <param name="Detail">The not-ready or log-out reason; with "reserved" the names of the reserves that keep them; null for none.</param>
/// <param name="Count">How many.</param>
/// <param name="First">The first of them in the configuration's order, at most <see cref="Explanation.MaxNamedCount"/>.</param>
public sealed record AgentGroup(string Reason, string? Detail, int Count, IReadOnlyList<AgentId> First)
{
    /// <summary>Reasons of a state that have a group of their own, the most frequent ones.</summary>
    public const int MaxDetailsCount = 6;

    /// <summary>The detail of the group of all others.</summary>
    public const string OtherDetails = "(other)";
}
