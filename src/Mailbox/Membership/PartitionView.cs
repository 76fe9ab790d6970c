namespace Routing.Mailbox.Membership;

/// <summary>A partition as the database knows it.</summary>
public sealed record PartitionView
{
    public required int Id { get; init; }

    /// <summary>Of its last ownership; 0 when it never had an owner.</summary>
    public required long Epoch { get; init; }

    /// <summary>Domains in it.</summary>
    public required int DomainsCount { get; init; }

    /// <summary>Which silo shall have it; null when none may.</summary>
    public long? Desired { get; init; }

    /// <summary>Which silo took it last and has not given it up; it may have died since. Null: nobody has it.</summary>
    public long? Owner { get; init; }
}
