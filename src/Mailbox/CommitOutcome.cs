namespace Routing.Mailbox;

/// <summary>What is known of a commit when it returns.</summary>
public enum CommitOutcome
{
    /// <summary>Durable.</summary>
    Committed,

    /// <summary>Certainly not stored, and will not be.</summary>
    NotCommitted,

    /// <summary>It may or may not be stored: only reading again, under a new ownership, tells.</summary>
    Unknown,
}
