namespace Routing.Mailbox;

/// <summary>What the engine stores of a domain besides its rows and its log.</summary>
/// <param name="Sequence">Number of the last turn; 0 when there was none.</param>
/// <param name="LastTurnMs">Time of the last turn, Unix milliseconds.</param>
/// <param name="AliveMs">When its owner was last seen alive: a commit, a heartbeat or a sign of life; Unix milliseconds, 0 when never.</param>
/// <param name="LastDeadLetter">Number of the last dead letter; 0 when there was none.</param>
/// <param name="Senders">Marks of all senders.</param>
/// <param name="Outboxes">Marks of all gateways.</param>
public sealed record StoredDomain(
    long Sequence,
    long LastTurnMs,
    long AliveMs,
    long LastDeadLetter,
    IReadOnlyList<SenderMark> Senders,
    IReadOnlyList<OutboxMark> Outboxes);
