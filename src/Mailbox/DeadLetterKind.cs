namespace Routing.Mailbox;

public enum DeadLetterKind
{
    /// <summary>An input whose turn threw.</summary>
    Input = 1,

    /// <summary>A timer whose turn threw; it is tried again later.</summary>
    Timer = 2,

    /// <summary>An effect pushed out of a full outbox, or one that its gateway does not know.</summary>
    Effect = 3,
}
