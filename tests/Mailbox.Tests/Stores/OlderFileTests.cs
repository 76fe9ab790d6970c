using Routing.Contracts.Ids;
using Routing.Mailbox.Sqlite;
using Xunit;

namespace Routing.Mailbox.Tests.Stores;

/// <summary>Files of earlier versions, kept as they were written, are read and written on.</summary>
public sealed class OlderFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mailbox-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_of_version_1_keeps_rows_log_marks_replies_and_dead_letters_and_goes_on()
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Golden", "mailbox-v1.db"), Path.Combine(_folder, "mailbox.db"));
        for (int opening = 0; opening < 2; opening++)
        {
            using SqliteStore store = SqliteStore.Open(_folder, TimeProvider.System);
            IReadOnlyList<DomainPlacement> placements = store.ReadPlacements();
            Assert.Equal([new DomainPlacement(DomainId.Of("first"), 1, 3, 0), new DomainPlacement(DomainId.Of("second"), 2, 4, 0)], placements);
            using ILaneSession session = store.Acquire([3, 4]);
            Assert.Equal([3L + opening, 3L + opening], session.Partitions.Select(owned => owned.Epoch));
            CheckFirst(session, placements[0], 3 + opening);
            StoredDomain second = session.ReadDomain(placements[1]);
            Assert.Equal((1, 500, 4_321, 0), (second.Sequence, second.LastTurnMs, second.AliveMs, second.LastDeadLetter));
            Assert.Equal(["1/agent-1=9*9"], Rows(session, 2));
            WriteOn(session, placements[0], 4 + opening);
        }
    }

    private static void CheckFirst(ILaneSession session, DomainPlacement placement, long sequence)
    {
        StoredDomain first = session.ReadDomain(placement);
        Assert.Equal((sequence, sequence * 1_000, sequence == 3 ? 4_321 : 9_999, 1), (first.Sequence, first.LastTurnMs, first.AliveMs, first.LastDeadLetter));
        Assert.Equal(["gw 5 99 900", "host 2 7 7"], first.Senders.Select(mark => $"{mark.Sender} {mark.Incarnation} {mark.High} {mark.Window.Length}").Order(StringComparer.Ordinal));
        Assert.Equal(
            [new OutboxMark(GatewayId.Of("gw"), 12, 9, 2), new OutboxMark(GatewayId.Of("idle"), 3, 3, long.MaxValue)],
            first.Outboxes.OrderBy(mark => mark.Gateway));
        Assert.Equal(["1/agent-1=1*250", "1/agent-2=2*250", "2/large=3*9000", "9/ended=4*300"], Rows(session, 1));
        List<StoredTurn> turns = [];
        session.ReadTurns(1, 1, 3, turns);
        Assert.Equal([(1L, 1_000L, 20), (2L, 2_000L, 20), (3L, 3_000L, 6_000)], turns.Select(turn => (turn.Sequence, turn.AtMs, turn.Payload.Length)));
        Assert.Equal(10, session.FindReply(1, "key")!.Reply.Length);
        Assert.Equal("why", session.FindDeadLetter(1, 1)!.Error);
    }

    private static void WriteOn(ILaneSession session, DomainPlacement placement, long sequence)
    {
        DomainCommit change = new(placement) { Sequence = sequence, LastTurnMs = sequence * 1_000 };
        change.Turns.Add(new StoredTurn(sequence, sequence * 1_000, new byte[] { 1 }));
        LaneCommit commit = new() { NowMs = 9_999 };
        commit.Partitions.AddRange(session.Partitions);
        commit.Domains.Add(change);
        Assert.Equal(CommitResult.Ok, session.Commit(commit));
    }

    private static List<string> Rows(ILaneSession session, int domain)
    {
        List<string> rows = [];
        session.LoadRows(domain, [1, 2, 9], piece => rows.AddRange(piece.Select(row => $"{row.Key}={row.Bytes.Span[0]}*{row.Bytes.Length}")));
        return rows;
    }
}
