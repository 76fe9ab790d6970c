using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Gateway.Feeds;

/// <summary>A call as read at one moment.</summary>
/// <param name="View">Its state.</param>
/// <param name="Position">Place in its queue's line from 1; 0 when it stands in none.</param>
/// <param name="OfferedTo">Agents whose phones ring for it.</param>
/// <param name="Rings">What each ring of its queue needs (<see cref="QueueView.Rings"/>); empty when it stands in none.</param>
public readonly record struct CallReading(CallView View, int Position, IReadOnlyList<AgentId> OfferedTo, IReadOnlyList<string> Rings);
