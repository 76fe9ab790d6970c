namespace Routing.Mailbox.Remote;

/// <summary>What a client reads from a silo: the reading half of <see cref="Hosting.IDomainHost"/>.</summary>
internal enum LinkQuestion : byte
{
    Snapshot = 1,

    /// <summary>The text is the question as JSON.</summary>
    Explain = 2,

    /// <summary>The text is the greatest number of turns, the number the sequence after which they are read.</summary>
    Events = 3,

    /// <summary>The text is the id of the call.</summary>
    Call = 4,

    /// <summary>The number is how many at most.</summary>
    EndedCalls = 5,

    /// <summary>The text is the id of the customer.</summary>
    Customer = 6,

    /// <summary>The number is the version; -1 for the one in force.</summary>
    Configuration = 7,
}
