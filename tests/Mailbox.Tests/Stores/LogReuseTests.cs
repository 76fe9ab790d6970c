using Routing.Contracts.Ids;
using Routing.Mailbox.Sqlite;
using Xunit;

namespace Routing.Mailbox.Tests.Stores;

/// <summary>The write-ahead log has its length from the start and is written over again and again: what a kill leaves in it behind the last commit is never taken for one.</summary>
public sealed class LogReuseTests : IDisposable
{
    private const int Commits = 80;
    private const int RowBytes = 9_000;

    private static readonly SqliteStoreOptions Small = new() { CheckpointBytes = 32 << 10, RestartBytes = 64 << 10, LogGrownBytes = 512 << 10 };

    private readonly string _folder = Directory.CreateTempSubdirectory("mailbox-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Whatever_a_kill_leaves_the_next_life_finds_the_last_commit_and_nothing_else()
    {
        string live = Path.Combine(_folder, "live");
        using SqliteStore store = SqliteStore.Open(live, TimeProvider.System, Small);
        DomainPlacement placement = store.PlaceDomain(DomainId.Of("d"), 0, 0);
        using ILaneSession session = store.Acquire([0]);
        DomainCommit domain = new(placement);
        LaneCommit commit = new();
        commit.Partitions.AddRange(session.Partitions);
        commit.Domains.Add(domain);
        int restarts = 0;
        byte[] header = [];
        for (int i = 1; i <= Commits; i++)
        {
            Fill(domain, i);
            Assert.Equal(CommitResult.Ok, session.Commit(commit));
            byte[] now = HeaderOf(Path.Combine(live, "mailbox.db-wal"));
            restarts += now.AsSpan().SequenceEqual(header) ? 0 : 1;
            header = now;
            CheckCopy(live, placement, i);
        }

        // Else the test has not tested what it says.
        Assert.InRange(restarts, 5, Commits);
        Assert.Equal(Small.LogGrownBytes, new FileInfo(Path.Combine(live, "mailbox.db-wal")).Length);
    }

    private static void Fill(DomainCommit domain, int sequence)
    {
        domain.Clear();
        domain.Sequence = sequence;
        byte[] bytes = new byte[RowBytes];
        BitConverter.TryWriteBytes(bytes, sequence);
        domain.AddRow(new(new(1, $"row{sequence % 5}"), bytes));
        domain.Turns.Add(new StoredTurn(sequence, sequence, bytes));
    }

    /// <summary>What lies on the disk between two commits is what a kill leaves.</summary>
    private void CheckCopy(string live, DomainPlacement placement, int sequence)
    {
        string copy = Path.Combine(_folder, "copy");
        Directory.CreateDirectory(copy);
        File.Copy(Path.Combine(live, "mailbox.db"), Path.Combine(copy, "mailbox.db"), overwrite: true);
        File.Copy(Path.Combine(live, "mailbox.db-wal"), Path.Combine(copy, "mailbox.db-wal"), overwrite: true);
        using (SqliteStore store = SqliteStore.Open(copy, TimeProvider.System, Small))
        {
            using ILaneSession session = store.Acquire([0]);
            Assert.Equal(sequence, session.ReadDomain(placement).Sequence);
            List<int> found = [];
            session.LoadRows(placement.Number, [1], rows => found.AddRange(rows.Select(row => BitConverter.ToInt32(row.Bytes.Span))));
            Assert.Equal(Enumerable.Range(Math.Max(1, sequence - 4), Math.Min(5, sequence)), found.Order());
            List<StoredTurn> turns = [];
            session.ReadTurns(placement.Number, 1, Commits, turns);
            Assert.Equal(Enumerable.Range(1, sequence), turns.Select(turn => (int)turn.Sequence));
        }

        Directory.Delete(copy, recursive: true);
    }

    /// <summary>Magic, sequence and salts: another one for each restart of the log (https://sqlite.org/fileformat2.html §4.1).</summary>
    private static byte[] HeaderOf(string log)
    {
        using FileStream file = new(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] header = new byte[32];
        file.ReadExactly(header);
        return header;
    }
}
