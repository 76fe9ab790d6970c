namespace Routing.Mailbox;

/// <summary>What may be forgotten of one domain, in one small transaction.</summary>
/// <param name="Domain">Number of the domain.</param>
/// <param name="TurnsBefore">Turns below this number may go, when they are also older than <paramref name="TurnsOlderThanMs"/>.</param>
/// <param name="TurnsOlderThanMs">Unix milliseconds.</param>
/// <param name="RepliesOlderThanMs">Stored replies of Idempotency-Keys before this go; Unix milliseconds.</param>
/// <param name="ExpiredBeforeMs">Rows whose own expiry is before this go; Unix milliseconds.</param>
/// <param name="DeadLettersBefore">Dead letters below this number go.</param>
/// <param name="LimitRows">At most this many of each.</param>
public readonly record struct PruneRequest(
    int Domain,
    long TurnsBefore,
    long TurnsOlderThanMs,
    long RepliesOlderThanMs,
    long ExpiredBeforeMs,
    long DeadLettersBefore,
    int LimitRows);
