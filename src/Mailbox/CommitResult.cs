namespace Routing.Mailbox;

/// <summary>How a commit went. Anything but <see cref="CommitOutcome.Committed"/> ends the session: its owner drops what it remembers, acquires again and reads.</summary>
public readonly record struct CommitResult(CommitOutcome Outcome, StoreFailure Failure = StoreFailure.None, string? Detail = null)
{
    public static CommitResult Ok => new(CommitOutcome.Committed);
}
