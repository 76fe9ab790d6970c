namespace Routing.Mailbox.Remote;

/// <summary>How a question was answered.</summary>
internal enum LinkAnswer : byte
{
    /// <summary>JSON follows; empty for "not there".</summary>
    Found = 0,

    /// <summary>The silo does not have that domain (any more).</summary>
    NoDomain = 1,

    /// <summary>Reading failed; a text follows.</summary>
    Failed = 2,
}
