using Routing.Contracts.Views;

namespace Routing.Gateway.Feeds;

/// <summary>A live or lately ended call of the projection.</summary>
internal sealed class CallEntry(CallView view) : Tracked
{
    public CallView View { get; set; } = view;

    /// <summary>The line that it stands in, or null.</summary>
    public QueueEntry? Line { get; set; }

    /// <summary>What each ring of that queue needs; empty when it stands in none.</summary>
    public IReadOnlyList<string> Rings => Line?.View?.Rings ?? [];

    /// <summary>Its place there.</summary>
    public PlaceInLine Place { get; set; }
}
