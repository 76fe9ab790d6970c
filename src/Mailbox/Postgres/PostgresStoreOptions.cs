using Routing.Contracts.Engine;

namespace Routing.Mailbox.Postgres;

/// <summary>How the server is used.</summary>
public sealed record PostgresStoreOptions
{
    /// <summary>A statement, a commit included, that has no answer for so long has an unknown outcome: the connection is dropped, nothing is cancelled.</summary>
    public int CommandTimeoutSeconds { get; init; } = 5;

    /// <summary>Opening a connection may take so long; a lane stands still meanwhile. A smaller Timeout of the connection string goes before it.</summary>
    public int ConnectTimeoutSeconds { get; init; } = 2;

    /// <summary>Connections of all readers together; a reader that finds none free waits.</summary>
    public int ReaderLimitConnections { get; init; } = 4;

    /// <summary>Silos that start at once wait so long for the one that brings the tables to today's version.</summary>
    public int MigrationLimitSeconds { get; init; } = 60;

    /// <summary>A silo whose clock differs by more from the server's takes no ownership.</summary>
    public int ClockLimitMs { get; init; } = 1_000;

    /// <summary>The highest format level that the program knows (<see cref="FormatLevel"/>).</summary>
    public int HighestLevel { get; init; } = FormatLevel.Highest;

    /// <summary>Name of this process for whoever looks at the table of owners or at pg_stat_activity.</summary>
    public string Name { get; init; } = Environment.MachineName;

    /// <summary>Stands in for the server's clock: for tests that move time. Null: the server's own.</summary>
    public TimeProvider? ServerClock { get; init; }
}
