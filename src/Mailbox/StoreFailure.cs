namespace Routing.Mailbox;

/// <summary>Why a store refused or failed.</summary>
public enum StoreFailure
{
    None,

    /// <summary>Another owner holds the partition, or took it since.</summary>
    Fenced,

    /// <summary>Locked by another process or connection for too long.</summary>
    Busy,

    /// <summary>The disk, the connection or the server failed.</summary>
    Io,

    /// <summary>The disk or a quota is full.</summary>
    Full,

    /// <summary>The file or the server takes no writes.</summary>
    ReadOnly,

    /// <summary>What is stored cannot be read: damaged, or not ours.</summary>
    Corrupt,

    /// <summary>Written by a newer version of this program.</summary>
    TooNew,

    /// <summary>It neither does what it is asked nor fails: a disk or a server that hangs.</summary>
    Stalled,

    /// <summary>The clock of this machine is too far from the store's to own anything.</summary>
    ClockDiffers,

    /// <summary>The store was closed (or, in tests, crashed) under its user.</summary>
    Closed,
}
