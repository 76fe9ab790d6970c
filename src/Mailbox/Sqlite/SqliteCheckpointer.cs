using SQLitePCL;

namespace Routing.Mailbox.Sqlite;

/// <summary>
/// Moves the write-ahead log into the file beside the commits. A passive checkpoint blocks no writer, so a thread with a connection of its own does the bulk; but under
/// steady writing it never reaches the end of the log, which would grow for ever. So once the log is long, the lane itself moves the last few pages between two commits;
/// the next commit then starts the log from its beginning.
/// </summary>
internal sealed class SqliteCheckpointer : IDisposable
{
    private const int PageBytes = 4_096;
    private const int IdlePages = 256;

    private readonly SqliteStoreOptions _options;
    private readonly AutoResetEvent _wanted = new(false);
    private readonly SqliteDatabase _database;
    private readonly Thread _thread;
    private int _pagesAtLast;
    private bool _finishWanted;
    private bool _stopping;

    public SqliteCheckpointer(string path, SqliteStoreOptions options)
    {
        _options = options;
        _database = new SqliteDatabase(path, mayWrite: true);
        _database.Run("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;");
        _thread = new Thread(Run) { IsBackground = true, Name = "checkpoint" };
        _thread.Start();
    }

    /// <summary>After each commit, on the lane's thread.</summary>
    public void Committed(SqliteDatabase writer)
    {
        int pages = writer.PagesWritten;
        if ((pages - _pagesAtLast) * (long)PageBytes >= _options.CheckpointBytes)
        {
            _pagesAtLast = pages;
            _wanted.Set();
        }

        if (Volatile.Read(ref _finishWanted))
        {
            Volatile.Write(ref _finishWanted, false);
            writer.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);
        }
    }

    /// <summary>Nothing to do: a good moment.</summary>
    public void Idle(SqliteDatabase writer)
    {
        int pages = writer.PagesWritten;
        if (pages - _pagesAtLast >= IdlePages)
        {
            _pagesAtLast = pages;
            _wanted.Set();
        }
    }

    public void Dispose()
    {
        Volatile.Write(ref _stopping, true);
        _wanted.Set();
        _thread.Join();
        _database.Dispose();
        _wanted.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _wanted.WaitOne();
            if (Volatile.Read(ref _stopping))
            {
                return;
            }

            try
            {
                (int frames, _) = _database.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);
                if (frames * (long)PageBytes >= _options.RestartBytes)
                {
                    Volatile.Write(ref _finishWanted, true);
                }
            }
            catch (StoreException)
            {
                // The log keeps what could not be moved; the commits see the same disk and tell of it.
                Volatile.Write(ref _finishWanted, false);
            }
        }
    }
}
