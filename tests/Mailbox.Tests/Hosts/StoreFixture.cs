using Npgsql;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Postgres;
using Routing.Mailbox.Sqlite;
using Routing.TestKit.Postgres;

namespace Routing.Mailbox.Tests.Hosts;

/// <summary>A store that can be closed and opened again as after the end of a process.</summary>
public abstract class StoreFixture : IDisposable
{
    public abstract IMailboxStore Store { get; }

    /// <summary>Everything that is not committed is gone; what is committed is there again.</summary>
    public abstract void Reopen();

    public virtual void Dispose() => Store.Dispose();

    public static StoreFixture Memory(TimeProvider time) => new MemoryFixture(time);

    public static StoreFixture Sqlite(TimeProvider time) => new SqliteFixture(time);

    public static StoreFixture Postgres(TimeProvider time) => new PostgresFixture(time);

    private sealed class MemoryFixture(TimeProvider time) : StoreFixture
    {
        private readonly MemoryStore _store = new(time);

        public override IMailboxStore Store => _store;

        public override void Reopen()
        {
            _store.Crash();
            _store.Reopen();
        }
    }

    private sealed class SqliteFixture : StoreFixture
    {
        private readonly TimeProvider _time;
        private readonly string _folder = Directory.CreateTempSubdirectory("mailbox-tests-").FullName;
        private SqliteStore _store;

        public SqliteFixture(TimeProvider time)
        {
            _time = time;
            _store = SqliteStore.Open(_folder, time);
        }

        public override IMailboxStore Store => _store;

        public override void Reopen()
        {
            _store.Dispose();
            _store = SqliteStore.Open(_folder, _time);
        }

        public override void Dispose()
        {
            base.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }

    private sealed class PostgresFixture : StoreFixture
    {
        private readonly TimeProvider _time;
        private readonly string _connection = PostgresServer.Shared.Connection + PostgresServer.NewSchema();
        private PostgresStore _store;

        public PostgresFixture(TimeProvider time)
        {
            _time = time;
            _store = Open();
        }

        public override IMailboxStore Store => _store;

        public override void Reopen()
        {
            _store.Dispose();
            EndSessions();
            _store = Open();
        }

        /// <summary>As the end of a process: its sessions end, and nobody gave anything back.</summary>
        private void EndSessions()
        {
            using NpgsqlConnection admin = new(_connection + ";Pooling=false");
            admin.Open();
            using NpgsqlCommand end = new("SELECT pg_terminate_backend(a.pid, 30000) FROM pg_stat_activity a JOIN owners o ON o.pid = a.pid", admin);
            end.ExecuteNonQuery();
        }

        private PostgresStore Open() => PostgresStore.Open(_connection, _time, new PostgresStoreOptions { ServerClock = _time });
    }
}
