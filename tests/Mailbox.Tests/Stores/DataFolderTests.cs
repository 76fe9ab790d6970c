using System.Globalization;
using Routing.Contracts.Ids;
using Routing.Mailbox.Sqlite;
using Xunit;

namespace Routing.Mailbox.Tests.Stores;

/// <summary>What whoever starts the program is told when the data folder cannot be used.</summary>
public sealed class DataFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mailbox-tests-").FullName;

    private string File => Path.Combine(_folder, "mailbox.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>freeswitch#1674: two processes over the same data lost each other's agents. Peers' bug 18.</summary>
    [Fact]
    public void A_second_owner_is_told_the_process_that_holds_the_folder()
    {
        using SqliteStore store = SqliteStore.Open(_folder, TimeProvider.System);
        DataFolderException exception = Assert.Throws<DataFolderException>(() => SqliteStore.Open(_folder, TimeProvider.System));
        Assert.Equal(StoreFailure.Busy, exception.Failure);
        Assert.EndsWith($"is in use by process {Environment.ProcessId}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_folder_is_free_again_after_closing_and_after_a_failed_opening()
    {
        System.IO.File.WriteAllText(File, "not a database, and long enough that nobody could take it for an empty file");
        DataFolderException exception = Assert.Throws<DataFolderException>(() => SqliteStore.Open(_folder, TimeProvider.System));
        Assert.Equal(StoreFailure.Corrupt, exception.Failure);
        System.IO.File.Delete(File);
        SqliteStore.Open(_folder, TimeProvider.System).Dispose();
        SqliteStore.Open(_folder, TimeProvider.System).Dispose();
    }

    [Fact]
    public void A_file_of_a_newer_version_is_refused_and_left_alone()
    {
        using (SqliteStore store = SqliteStore.Open(_folder, TimeProvider.System))
        {
            store.PlaceDomain(DomainId.Of("d"), 0, 0);
        }

        SetVersion(1_000);
        byte[] before = System.IO.File.ReadAllBytes(File);
        DataFolderException exception = Assert.Throws<DataFolderException>(() => SqliteStore.Open(_folder, TimeProvider.System));
        Assert.Equal(StoreFailure.TooNew, exception.Failure);
        Assert.Equal(before, System.IO.File.ReadAllBytes(File));
    }

    [Fact]
    public void A_file_deleted_under_the_program_fails_its_commits_until_it_is_back()
    {
        using SqliteStore store = SqliteStore.Open(_folder, TimeProvider.System);
        store.PlaceDomain(DomainId.Of("d"), 0, 0);
        ILaneSession session = store.Acquire([0]);
        Assert.Equal(CommitOutcome.Committed, session.Commit(Beat(session)).Outcome);
        string[] files = Directory.GetFiles(_folder, "mailbox.db*");
        Array.ForEach(files, static file => System.IO.File.Move(file, file + ".away"));

        CommitResult result = session.Commit(Beat(session));

        Assert.Equal((CommitOutcome.NotCommitted, StoreFailure.Io), (result.Outcome, result.Failure));
        Assert.Contains("was deleted or moved away", result.Detail, StringComparison.Ordinal);
        // No empty file takes its place.
        Assert.Throws<StoreException>(() => store.Acquire([0]));
        Assert.False(System.IO.File.Exists(File));

        Array.ForEach(files, static file => System.IO.File.Move(file + ".away", file));
        ILaneSession again = store.Acquire([0]);
        Assert.Equal(CommitOutcome.Committed, again.Commit(Beat(again)).Outcome);
        Assert.Single(store.ReadPlacements());
    }

    [Fact]
    public void A_file_put_in_place_of_the_data_file_is_noticed_and_never_written()
    {
        string otherFolder = Path.Combine(_folder, "other");
        SqliteStore.Open(otherFolder, TimeProvider.System).Dispose();
        byte[] other = System.IO.File.ReadAllBytes(Path.Combine(otherFolder, "mailbox.db"));
        using SqliteStore store = SqliteStore.Open(_folder, TimeProvider.System);
        store.PlaceDomain(DomainId.Of("d"), 0, 0);
        ILaneSession session = store.Acquire([0]);
        System.IO.File.Move(File, File + ".away");
        System.IO.File.WriteAllBytes(File, other);

        CommitResult result = session.Commit(Beat(session));

        Assert.Equal((CommitOutcome.NotCommitted, StoreFailure.Io), (result.Outcome, result.Failure));
        Assert.Contains("was replaced by another file", result.Detail, StringComparison.Ordinal);
        Assert.Throws<StoreException>(() => store.Acquire([0]));
        Assert.Equal(other, System.IO.File.ReadAllBytes(File));

        System.IO.File.Move(File + ".away", File, overwrite: true);
        ILaneSession again = store.Acquire([0]);
        Assert.Equal(CommitOutcome.Committed, again.Commit(Beat(again)).Outcome);
        Assert.Single(store.ReadPlacements());
    }

    [Theory]
    [InlineData(30_000, 30_000)]
    [InlineData(7L * 24 * 3_600 * 1_000, 1)]
    public void A_sign_of_life_counts_unless_it_is_of_later_data_than_the_back_up_beside_it(long signMs, long aliveMs)
    {
        using (SqliteStore store = SqliteStore.Open(_folder, TimeProvider.System))
        {
            store.PlaceDomain(DomainId.Of("d"), 0, 0);
            using ILaneSession session = store.Acquire([0]);
            Assert.Equal(CommitResult.Ok, session.Commit(Beat(session)));
            session.SignOfLife(signMs);
        }

        using SqliteStore again = SqliteStore.Open(_folder, TimeProvider.System);
        using ILaneSession later = again.Acquire([0]);
        Assert.Equal(aliveMs, later.ReadDomain(Assert.Single(again.ReadPlacements())).AliveMs);
    }

    [Fact]
    public void The_write_ahead_log_has_its_length_from_the_start_and_is_gone_after_closing()
    {
        string log = File + "-wal";
        SqliteStoreOptions options = new() { LogGrownBytes = 1 << 20 };
        using (SqliteStore store = SqliteStore.Open(_folder, TimeProvider.System, options))
        {
            Assert.Equal(1 << 20, new FileInfo(log).Length);
            using ILaneSession session = store.Acquire([0]);
            Assert.Equal(CommitOutcome.Committed, session.Commit(Beat(session)).Outcome);
            Assert.Equal(1 << 20, new FileInfo(log).Length);
        }

        Assert.False(System.IO.File.Exists(log));
    }

    [Fact]
    public void A_folder_that_is_made_is_for_its_owner_only()
    {
        string folder = Path.Combine(_folder, "new");
        SqliteStore.Open(folder, TimeProvider.System).Dispose();

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(folder));
        }
    }

    [Fact]
    public void A_folder_that_is_a_file_is_told_in_one_line()
    {
        string path = Path.Combine(_folder, "file");
        System.IO.File.WriteAllText(path, string.Empty);
        DataFolderException exception = Assert.Throws<DataFolderException>(() => SqliteStore.Open(path, TimeProvider.System));
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void The_write_ahead_log_does_not_grow_without_bound()
    {
        SqliteStoreOptions options = new() { CheckpointBytes = 64 << 10, RestartBytes = 256 << 10, LogGrownBytes = 0 };
        using SqliteStore store = SqliteStore.Open(_folder, TimeProvider.System, options);
        DomainPlacement placement = store.PlaceDomain(DomainId.Of("d"), 0, 0);
        using ILaneSession session = store.Acquire([0]);
        DomainCommit domain = new(placement);
        LaneCommit commit = new();
        commit.Partitions.AddRange(session.Partitions);
        commit.Domains.Add(domain);
        const int Commits = 600;
        for (int i = 1; i <= Commits; i++)
        {
            domain.Clear();
            domain.Sequence = i;
            domain.AddRow(new(new(1, (i % 50).ToString(CultureInfo.InvariantCulture)), new byte[20_000]));
            Assert.Equal(CommitResult.Ok, session.Commit(commit));
        }

        long written = Commits * 20_000L;
        Assert.InRange(new FileInfo(File + "-wal").Length, 1, written / 2);
    }

    /// <summary>The schema version is a big-endian number at offset 60 of the file (https://sqlite.org/fileformat2.html §1.3).</summary>
    private void SetVersion(int version)
    {
        using FileStream file = new(File, FileMode.Open, FileAccess.Write);
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes, version);
        file.Position = 60;
        file.Write(bytes);
    }

    private static LaneCommit Beat(ILaneSession session)
    {
        LaneCommit beat = new() { NowMs = 1 };
        beat.Partitions.AddRange(session.Partitions);
        return beat;
    }
}
