using Routing.Contracts.Engine;

namespace Routing.Mailbox.Sqlite;

/// <summary>Settings of the embedded store.</summary>
public sealed record SqliteStoreOptions
{
    /// <summary>The highest format level that the program knows (<see cref="FormatLevel"/>).</summary>
    public int HighestLevel { get; init; } = FormatLevel.Highest;

    /// <summary>Raises data of a lower level to the highest at the opening: former programs then open them no more.</summary>
    public bool RaisesLevel { get; init; }

    /// <summary>Pages that a connection keeps in memory, KiB.</summary>
    public int CacheKib { get; init; } = 64 * 1024;

    /// <summary>Size of the write-ahead log at which the background thread begins to move it into the file.</summary>
    public int CheckpointBytes { get; init; } = 4 << 20;

    /// <summary>Size at which the lane itself moves the rest, so that the log starts again from its beginning: bounds the file.</summary>
    public int RestartBytes { get; init; } = 32 << 20;

    /// <summary>The write-ahead log is made so long at the start, because syncing a file is cheaper when it need not grow. It is never shortened while the store is open.</summary>
    public int LogGrownBytes { get; init; } = 16 << 20;

    /// <summary>How long a statement waits for a lock of another connection, milliseconds.</summary>
    public int BusyTimeoutMs { get; init; } = 1_000;
}
