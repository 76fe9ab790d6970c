namespace Routing.Mailbox.Postgres;

/// <summary>What the server says of one connection: enough to see that it is a session of its own on a server that may be written.</summary>
/// <param name="ClientPid">Process of the server as the protocol's key data gave it at the opening.</param>
/// <param name="Pid">Process of the server that answered the question.</param>
/// <param name="StartedUs">When that process began, Unix microseconds: with the pid it names the session for ever.</param>
/// <param name="VersionNumber">150018 for 15.18.</param>
/// <param name="IsStandby">The server is in recovery.</param>
/// <param name="IsReadOnly">Transactions may not write.</param>
/// <param name="CheckInterval">client_connection_check_interval.</param>
/// <param name="SynchronousCommit">synchronous_commit.</param>
/// <param name="ClockMs">The server's clock, Unix milliseconds.</param>
internal sealed record PostgresSession(
    int ClientPid,
    int Pid,
    long StartedUs,
    int VersionNumber,
    bool IsStandby,
    bool IsReadOnly,
    string CheckInterval,
    string SynchronousCommit,
    long ClockMs)
{
    public const int LeastVersionNumber = 15_00_00;

    /// <summary>Of the log that the server writes; a standby that is promoted begins a higher one. 0 of a standby.</summary>
    public long Timeline { get; init; }

    /// <summary>How far this machine's clock was ahead of the server's, and how long that question took: the server's time was read at some moment of it. Milliseconds.</summary>
    public (long AheadMs, double TookMs) Clock { get; init; }

    /// <summary>synchronous_standby_names.</summary>
    public string StandbyNames { get; init; } = string.Empty;

    private const int VersionUnit = 10_000;

    /// <summary>Why no owner may use this connection; null when it may.</summary>
    public (StoreFailure Failure, string Message)? Refusal()
    {
        if (VersionNumber < LeastVersionNumber)
        {
            return (StoreFailure.Io, $"is PostgreSQL {VersionNumber / VersionUnit}; {LeastVersionNumber / VersionUnit} or newer is needed");
        }

        // A pooler answers with key data of its own, and with whatever server process is free at the moment.
        if (ClientPid != Pid || CheckInterval != $"{PostgresSettings.CheckIntervalMs}ms")
        {
            return (StoreFailure.Io, "is reached through a connection pooler: an owner's locks belong to one session of the server; connect to the server itself");
        }

        return IsStandby || IsReadOnly ? (StoreFailure.ReadOnly, IsStandby ? "is a standby: connect to the primary" : "takes no writes (default_transaction_read_only)") : null;
    }
}
