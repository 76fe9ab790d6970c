namespace Routing.Gateway.Feeds;

/// <summary>How far a reader is. The default value knows nothing and gets everything.</summary>
/// <param name="Generation">Which loading of the projection the reader has seen: after another one it starts over.</param>
/// <param name="Sequence">The last turn that it has seen.</param>
public readonly record struct ProjectionToken(long Generation, long Sequence);
