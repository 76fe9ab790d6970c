using Routing.Contracts.Ids;

namespace Routing.Contracts.Lending;

/// <summary>A domain that a waiting call asks for an agent.</summary>
/// <param name="Domain">Which.</param>
/// <param name="Queue">Whose agents, there.</param>
/// <param name="Attempt">Number of the attempt within the call.</param>
/// <param name="SinceMs">Since when, Unix milliseconds.</param>
/// <param name="State">Whether it waits for an answer or was refused.</param>
/// <param name="Reason">Why it was refused (<see cref="RefusalReason"/>); null when it was not.</param>
/// <param name="AgainAtMs">When it is asked again after it refused, Unix milliseconds; null when it did not.</param>
public sealed record SeekView(DomainId Domain, QueueId Queue, int Attempt, long SinceMs, SeekState State, string? Reason, long? AgainAtMs = null);
