using Routing.Contracts.Engine;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.Sqlite;

/// <summary>
/// The embedded store: one file in a data folder that this process holds exclusively, write-ahead log, a full sync to disk for each commit.
/// One connection writes (lanes share it, one transaction at a time), others read, one moves the log into the file in the background.
/// </summary>
public sealed class SqliteStore : IMailboxStore
{
    private const string FileName = "mailbox.db";

    private readonly SqliteStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly DataFolderLock _folderLock;
    private readonly string _path;
    private SqliteWriter? _writer;

    /// <summary>Only held open, from the first opening to the end: it knows whether the file is still the same one.</summary>
    private SqliteDatabase? _witness;
    private bool _disposed;

    private SqliteStore(string path, DataFolderLock folderLock, SqliteStoreOptions options, TimeProvider time)
    {
        _path = path;
        _folderLock = folderLock;
        _options = options;
        _time = time;
        Signs = new SignsOfLife(Path.Combine(Path.GetDirectoryName(path)!, "alive"));
    }

    /// <inheritdoc/>
    public string History { get; private set; } = string.Empty;

    /// <inheritdoc/>
    public int Level { get; private set; } = FormatLevel.First;

    internal SignsOfLife Signs { get; }

    /// <summary>Guards the writer: taken for the length of a transaction.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>Opens the store of a folder, making both if needed.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="time">The clock of the store.</param>
    /// <param name="options">Defaults when null.</param>
    /// <exception cref="DataFolderException">In use by another process, not writable, damaged, too new, or not ours.</exception>
    public static SqliteStore Open(string folder, TimeProvider time, SqliteStoreOptions? options = null)
    {
        string full = Path.GetFullPath(folder);
        DataFolderLock folderLock = DataFolderLock.Take(full);
        try
        {
            SqliteStore store = new(Path.Combine(full, FileName), folderLock, options ?? new SqliteStoreOptions(), time);
            lock (store.Gate)
            {
                store.History = DataHistory.Read(full, store.Signs.AreAheadOf(store.Writer().LastAliveMs()));
            }

            return store;
        }
        catch (IOException exception)
        {
            folderLock.Dispose();
            throw new DataFolderException(StoreFailure.Io, $"data folder {folder}: {exception.Message}", exception);
        }
        catch (StoreException exception)
        {
            folderLock.Dispose();
            throw exception as DataFolderException ?? new DataFolderException(exception.Failure, $"folder {folder}: {exception.Message}", exception);
        }
    }

    public IReadOnlyList<DomainPlacement> ReadPlacements()
    {
        lock (Gate)
        {
            return Writer().ReadPlacements();
        }
    }

    public DomainPlacement PlaceDomain(DomainId domain, int partition, int lane)
    {
        lock (Gate)
        {
            return Writer().PlaceDomain(domain, partition, lane);
        }
    }

    public DomainPlacement MoveDomain(DomainId domain, int partition)
    {
        lock (Gate)
        {
            return Writer().MoveDomain(domain, partition);
        }
    }

    public ILaneSession Acquire(IReadOnlyList<int> partitions)
    {
        lock (Gate)
        {
            // The connection may be what failed before: begin with a new one unless another lane uses it well.
            if (_writer is { IsBroken: true })
            {
                _writer.Dispose();
                _writer = null;
            }

            return new SqliteLaneSession(this, Writer(), Writer().Acquire(partitions), _time);
        }
    }

    public IStoreReader OpenReader() => new SqliteReader(_path, _options);

    public void Dispose()
    {
        lock (Gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _witness?.Dispose();
            _writer?.Dispose();
            _writer = null;
            Signs.Dispose();
            _folderLock.Dispose();
        }
    }

    /// <summary>Another lane's failure may have replaced the connection: a session of the old one is over.</summary>
    internal bool IsCurrent(SqliteWriter writer) => ReferenceEquals(_writer, writer) && !writer.IsBroken;

    private SqliteWriter Writer()
    {
        if (_disposed)
        {
            throw new StoreException(StoreFailure.Closed, "The store is closed.");
        }

        if (_writer is null)
        {
            // Never the log of one file and the pages of another.
            if (_witness is { HasMoved: true })
            {
                throw SqliteWriter.Moved(_path);
            }

            _writer = new SqliteWriter(_path, _options, mayCreate: _witness is null);
            Level = _writer.Level;
            if (_witness is null)
            {
                _witness = new SqliteDatabase(_path, mayWrite: false);
                DurableFiles.SyncFolder(Path.GetDirectoryName(_path)!);
            }
        }

        return _writer;
    }
}
