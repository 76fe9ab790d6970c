namespace Routing.Sip.Transactions;

/// <summary>Timers and limits of the transactions of one stack.</summary>
public sealed record SipTransactionOptions
{
    public SipTimerSettings Timers { get; init; } = new();

    /// <summary>Most client transactions at a time; the user is told <see cref="SipTransactionFailure.LimitReached"/> above it.</summary>
    public int ClientLimitTransactions { get; init; } = 50_000;

    /// <summary>
    /// Most server transactions at a time; requests above it are answered 503 without a transaction. One source alone gets four fifths
    /// of them for what it begins, and nine tenths for what goes on (CANCEL, requests in dialogs).
    /// </summary>
    public int ServerLimitTransactions { get; init; } = 50_000;

    /// <summary>Most answers without a transaction that are kept for repeats of their requests; about 0.5 KiB each.</summary>
    public int ForgottenLimitAnswers { get; init; } = 512;

    /// <summary>Retry-After of that 503.</summary>
    public int OverloadRetryAfterSeconds { get; init; } = 5;
}
