using Routing.Contracts.Ids;

namespace Routing.Contracts.Views;

/// <summary>The head of a line as ranked.</summary>
public sealed record CallCandidate(CallId Call, QueueId Queue, int Priority, long WaitedMs);
