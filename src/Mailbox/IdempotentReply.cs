namespace Routing.Mailbox;

/// <summary>The reply stored under an Idempotency-Key.</summary>
/// <param name="Key">As the client gave it.</param>
/// <param name="AtMs">Time of the turn, Unix milliseconds: the key is forgotten 24 h later.</param>
/// <param name="CommandHash">Of the command, so that a key used for something else is found out.</param>
/// <param name="Reply">JSON of the reply.</param>
public sealed record IdempotentReply(string Key, long AtMs, ReadOnlyMemory<byte> CommandHash, ReadOnlyMemory<byte> Reply);
