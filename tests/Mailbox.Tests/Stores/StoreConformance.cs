using System.Buffers;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Mailbox.Delivery;
using Routing.Mailbox.Tests.Fakes;
using Routing.Mailbox.Tests.Hosts;
using Xunit;

namespace Routing.Mailbox.Tests.Stores;

/// <summary>What every store must do. A store that passes can carry every host.</summary>
public abstract class StoreConformance : IDisposable
{
    private readonly StoreFixture _fixture;
    private readonly DomainPlacement _domain;
    private readonly DomainPlacement _other;
    private ILaneSession _session;

    protected StoreConformance(Func<TimeProvider, StoreFixture> makeStore)
    {
        _fixture = makeStore(Time);
        _domain = _fixture.Store.PlaceDomain(Ledger.Domain, 3, 0);
        _other = _fixture.Store.PlaceDomain(DomainId.Of("other"), 4, 0);
        _session = _fixture.Store.Acquire([3, 4]);
    }

    protected ManualTime Time { get; } = new();

    public void Dispose()
    {
        _session.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public void Placing_a_domain_again_finds_it_and_the_map_survives()
    {
        Assert.Equal(_domain, _fixture.Store.PlaceDomain(Ledger.Domain, 9, 5));
        Reopen();
        Assert.Equal([_domain, _other], _fixture.Store.ReadPlacements());
    }

    [Fact]
    public void Every_acquisition_has_a_higher_epoch_and_the_former_owner_commits_no_more()
    {
        ILaneSession former = _session;
        Replace(3, 4);
        Assert.All(_session.Partitions.Zip(former.Partitions), pair => Assert.True(pair.First.Epoch > pair.Second.Epoch));
        CommitResult refused = former.Commit(Commit(former, With(_domain, 1)));
        Assert.Equal(CommitOutcome.NotCommitted, refused.Outcome);
        Assert.Contains(refused.Failure, new[] { StoreFailure.Fenced, StoreFailure.Closed });
        Assert.Equal(0, _session.ReadDomain(_domain).Sequence);
        Assert.Equal(CommitResult.Ok, _session.Commit(Commit(_session, With(_domain, 1))));
    }

    [Fact]
    public void A_partition_is_given_up_and_taken_by_another_session_while_the_first_goes_on_with_the_rest()
    {
        Write(With(_domain, 1, Put(1, "a", 1)));
        PartitionEpoch before = _session.Partitions[0];
        using ILaneSession next = _fixture.Store.Acquire([]);
        Assert.Empty(next.Partitions);

        _session.GiveUp([3], 42_000);
        Assert.Equal([4], _session.Partitions.Select(owned => owned.Partition));
        PartitionEpoch taken = Assert.Single(next.Take([3]));
        Assert.Equal((3, true), (taken.Partition, taken.Epoch > before.Epoch));
        Assert.Equal([taken], next.Partitions);
        Assert.Equal([_domain], next.ReadPlacements([3]));
        StoredDomain stored = next.ReadDomain(_domain);
        Assert.Equal(1, stored.Sequence);
        Assert.True(stored.AliveMs >= 42_000, "When its callers were last looked after is stored with it.");

        LaneCommit late = Commit(_session, With(_domain, 2));
        late.Partitions.Add(before);
        Assert.Equal(CommitOutcome.NotCommitted, _session.Commit(late).Outcome);
        Assert.Equal(CommitResult.Ok, next.Commit(Commit(next, With(_domain, 2))));
    }

    [Fact]
    public void Epochs_go_on_after_the_store_was_opened_again()
    {
        long before = _session.Partitions[0].Epoch;
        Reopen();
        Assert.True(_session.Partitions[0].Epoch > before);
    }

    [Fact]
    public void A_moved_domain_keeps_everything_and_gets_a_higher_epoch()
    {
        for (int i = 0; i < 5; i++)
        {
            Replace(3);
        }

        Write(With(_domain, 1, new RowChange(new RowKey(1, "a"), Bytes(7))));
        long before = _session.Partitions[0].Epoch;
        _session.Dispose();
        DomainPlacement moved = _fixture.Store.MoveDomain(Ledger.Domain, 11);
        Assert.Equal(11, moved.Partition);
        _session = _fixture.Store.Acquire([11]);
        Assert.True(_session.Partitions[0].Epoch > before);
        Assert.Equal(1, _session.ReadDomain(moved).Sequence);
        Assert.Equal(["1/a=7"], Rows(1));
    }

    [Fact]
    public void A_load_that_is_broken_off_in_the_middle_leaves_the_session_usable()
    {
        Write(With(_domain, 1, [.. Enumerable.Range(0, 5_000).Select(i => new RowChange(new RowKey(1, $"r{i:0000}"), Bytes(1)))]));
        Assert.Throws<FormatException>(() => _session.LoadRows(_domain.Number, [1], _ => throw new FormatException("A damaged row.")));
        int found = 0;
        _session.LoadRows(_domain.Number, [1], rows => found += rows.Count);
        Assert.Equal(5_000, found);
        Write(With(_domain, 2));
    }

    [Fact]
    public void Rows_are_written_replaced_and_deleted_and_belong_to_their_domain()
    {
        Write(
            With(_domain, 1, Put(1, "a", 1), Put(1, "b", 1), Put(2, "a", 1)),
            With(_other, 1, Put(1, "a", 9)));
        Write(With(_domain, 2, Put(1, "a", 2), new RowChange(new RowKey(1, "b"), null), new RowChange(new RowKey(1, "never"), null)));
        Reopen();
        Assert.Equal(["1/a=2", "2/a=1"], Rows(1, 2));
        Assert.Equal(["2/a=1"], Rows(2));
        List<StoredRow> found = [];
        _session.ReadRows([At(_domain, 2, "a"), At(_domain, 2, "none"), At(_domain, 1, "a")], (_, row) => found.Add(row));
        Assert.Equal(["1/a=2", "2/a=1"], found.Select(Show).Order());
    }

    [Fact]
    public void Rows_of_several_domains_are_read_at_once_and_each_comes_with_its_domain()
    {
        Write(
            With(_domain, 1, Put(1, "a", 1), Put(1, "b", 2), Put(2, "a", 3)),
            With(_other, 1, Put(1, "a", 9), Put(1, "c", 8)));
        List<string> found = [];
        _session.ReadRows(
            [At(_domain, 1, "a"), At(_domain, 1, "c"), At(_domain, 2, "a"), At(_other, 1, "a"), At(_other, 2, "a"), At(_other, 1, "c")],
            (domain, row) => found.Add($"{(domain == _domain.Number ? "domain" : "other")} {Show(row)}"));
        Assert.Equal(["domain 1/a=1", "domain 2/a=3", "other 1/a=9", "other 1/c=8"], found.Order());
        _session.ReadRows([], (_, row) => Assert.Fail(Show(row)));
        _session.ReadRows([At(_other, 1, "b")], (_, row) => Assert.Fail(Show(row)));
        _session.ReadRows([At(_other, 1, "c")], (domain, row) => found.Add($"{domain == _other.Number} {Show(row)}"));
        Assert.Equal("True 1/c=8", found[^1]);
    }

    [Fact]
    public void The_rows_of_a_kind_that_expire_last_are_found_latest_first()
    {
        RowChange Expiring(byte kind, string id, long? atMs) => new(new RowKey(kind, id), Bytes(1), atMs);
        Write(
            With(_domain, 1, Expiring(7, "b", 300), Expiring(7, "a", 300), Expiring(7, "old", 100), Expiring(7, "never", null), Expiring(8, "another", 400), Expiring(7, "z", 200)),
            With(_other, 1, Expiring(7, "elsewhere", 500)));
        using IStoreReader reader = _fixture.Store.OpenReader();

        List<StoredRow> found = [];
        reader.ReadLatestRows(_domain.Number, 7, 3, found);
        Assert.Equal(["7/b", "7/a", "7/z"], found.Select(row => row.Key.ToString()));

        found.Clear();
        reader.ReadLatestRows(_domain.Number, 7, 10, found);
        Assert.Equal(["7/b", "7/a", "7/z", "7/old"], found.Select(row => row.Key.ToString()));
    }

    [Fact]
    public void Keys_are_compared_ordinally_and_bytes_come_back_as_they_were()
    {
        byte[] bytes = [.. Enumerable.Range(0, 70_000).Select(i => (byte)(i * 31))];
        string longId = new('k', 128);
        Write(With(_domain, 1, Put(1, "A", 1), Put(1, "a", 2), new RowChange(new RowKey(255, longId), bytes), new RowChange(new RowKey(0, "empty"), Array.Empty<byte>())));
        Reopen();
        Assert.Equal(["1/A=1", "1/a=2"], Rows(1));
        List<StoredRow> found = [];
        _session.ReadRows([At(_domain, 255, longId), At(_domain, 0, "empty")], (_, row) => found.Add(row));
        Assert.Equal([0, 70_000], found.Select(row => row.Bytes.Length).Order());
        Assert.True(found.Single(row => row.Key.Kind == 255).Bytes.Span.SequenceEqual(bytes));
    }

    [Fact]
    public void The_log_is_read_in_order_from_any_number_and_by_readers_beside_the_owner()
    {
        DomainCommit commit = With(_domain, 20);
        commit.Turns.Clear();
        commit.Turns.AddRange(Enumerable.Range(1, 20).Select(i => new StoredTurn(i, i * 100, Bytes((byte)i))));
        Write(commit, With(_other, 1));
        using IStoreReader reader = _fixture.Store.OpenReader();
        List<StoredTurn> found = [];
        reader.ReadTurns(_domain.Number, 5, 3, found);
        Assert.Equal([(5L, 500L, 5), (6L, 600L, 6), (7L, 700L, 7)], found.Select(turn => (turn.Sequence, turn.AtMs, (int)turn.Payload.Span[0])));
        found.Clear();
        _session.ReadTurns(_domain.Number, 19, 100, found);
        Assert.Equal([19L, 20L], found.Select(turn => turn.Sequence));
    }

    [Fact]
    public void A_store_that_keeps_which_rows_changed_names_them_for_whole_commits_and_says_so_when_one_is_missing()
    {
        Write(Listed(_domain, 1, 2, "a", "b"));
        Write(Listed(_domain, 3, 3, "b"), Listed(_other, 1, 1, "elsewhere"));
        Write(Listed(_domain, 4, 6));
        Write(With(_domain, 7, Put(1, "unlisted", 1)));
        bool isKept = _fixture.Store.KeepsChanges;
        using ILaneSession beside = _fixture.Store is Sqlite.SqliteStore ? _session : _fixture.Store.Acquire([]);
        foreach ((long after, long upTo, string? expected) in new[] { (0, 6, "1/a 1/b"), (2, 3, "1/b"), (3, 6, ""), (6, 6, ""), (1, 6, null), (0, 5, null), (6, 7, null), (0, 7, null), (0, 8, null) })
        {
            HashSet<RowKey> changed = [];
            Assert.Equal(isKept && expected is not null, beside.TryReadChanges(_domain.Number, after, upTo, changed));
            Assert.Equal(isKept && expected is not null ? expected : null, isKept && expected is not null ? string.Join(' ', changed.Order()) : null);
        }
    }

    [Fact]
    public void Marks_of_senders_and_gateways_and_the_sign_of_life_are_kept()
    {
        DomainCommit commit = With(_domain, 7);
        commit.Senders.Add(new SenderMark(SenderId.Of("gw"), 5, 99, Bytes(1, 2, 3)));
        commit.Outboxes.Add(new OutboxMark(GatewayId.Of("gw"), 12, 9, 4));
        commit.Outboxes.Add(new OutboxMark(GatewayId.Of("idle"), 3, 3, long.MaxValue));
        Write(commit);
        Reopen();
        StoredDomain stored = _session.ReadDomain(_domain);
        Assert.Equal((7, 7_000, Time.NowMs), (stored.Sequence, stored.LastTurnMs, stored.AliveMs));
        SenderMark sender = Assert.Single(stored.Senders);
        Assert.Equal((SenderId.Of("gw"), 5, 99), (sender.Sender, sender.Incarnation, sender.High));
        Assert.Equal([1, 2, 3], sender.Window.ToArray());
        Assert.Equal(commit.Outboxes, stored.Outboxes.OrderBy(outbox => outbox.Gateway));
    }

    [Fact]
    public void A_sign_of_life_after_the_last_commit_is_found_by_the_next_life()
    {
        Write(With(_domain, 1));
        _session.SignOfLife(Time.NowMs + 250);
        Reopen();
        Assert.Equal(Time.NowMs + 250, _session.ReadDomain(_domain).AliveMs);
        Assert.Equal(Time.NowMs + 250, _session.ReadDomain(_other).AliveMs);
    }

    [Fact]
    public void Replies_and_dead_letters_are_found_again()
    {
        DomainCommit commit = With(_domain, 1);
        commit.Replies.Add(new IdempotentReply("key", 5, Bytes(1), Bytes(2)));
        commit.DeadLetters.Add(new DeadLetter(1, 6, DeadLetterKind.Input, "gw/1/1", Bytes(3), "why"));
        commit.DeadLetters.Add(new DeadLetter(2, 7, DeadLetterKind.Effect, "gw/2", Bytes(4), "full"));
        Write(commit);
        Reopen();
        IdempotentReply? reply = _session.FindReply(_domain.Number, "key");
        Assert.Equal((5L, (byte)1, (byte)2), (reply!.AtMs, reply.CommandHash.Span[0], reply.Reply.Span[0]));
        Assert.Null(_session.FindReply(_other.Number, "key"));
        Assert.Equal("gw/2", _session.FindDeadLetter(_domain.Number, 2)?.Origin);
        Assert.Null(_session.FindDeadLetter(_domain.Number, 3));
        Assert.Equal(2, _session.ReadDomain(_domain).LastDeadLetter);
        Assert.Equal(0, _session.ReadDomain(_other).LastDeadLetter);
    }

    [Fact]
    public void Texts_of_others_that_are_no_text_for_a_database_lose_nothing_else()
    {
        string odd = "a\0b\ud800c\udc00d \ud83d\ude00";
        DomainCommit commit = With(_domain, 1);
        commit.Replies.Add(new IdempotentReply(odd, 5, Bytes(1), Bytes(2)));
        commit.DeadLetters.Add(new DeadLetter(1, 6, DeadLetterKind.Input, odd, Bytes(3), odd));
        Write(commit);
        Reopen();
        Assert.Equal((byte)2, _session.FindReply(_domain.Number, odd)?.Reply.Span[0]);
        Assert.EndsWith("d \ud83d\ude00", _session.FindDeadLetter(_domain.Number, 1)?.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Pruning_takes_only_what_is_old_enough_and_low_enough_and_no_more_than_the_limit()
    {
        DomainCommit commit = With(_domain, 20, new RowChange(new RowKey(9, "old"), Bytes(1), 100), new RowChange(new RowKey(9, "new"), Bytes(1), 5_000), Put(9, "kept", 1));
        commit.Turns.Clear();
        commit.Turns.AddRange(Enumerable.Range(1, 20).Select(i => new StoredTurn(i, i * 100, Bytes((byte)i))));
        commit.Replies.Add(new IdempotentReply("old", 50, Bytes(1), Bytes(2)));
        commit.Replies.Add(new IdempotentReply("new", 5_000, Bytes(1), Bytes(2)));
        commit.DeadLetters.Add(new DeadLetter(1, 6, DeadLetterKind.Input, "o", Bytes(3), "why"));
        commit.DeadLetters.Add(new DeadLetter(2, 6, DeadLetterKind.Input, "o", Bytes(3), "why"));
        Write(commit, With(_other, 1, new RowChange(new RowKey(9, "old"), Bytes(1), 100)));
        PruneRequest request = new(_domain.Number, 10, 501, 1_000, 1_000, 2, 3);
        Assert.Equal(3 + 1 + 1 + 1, _session.Prune(request));
        Assert.Equal([4L, 5L], Turns(2));
        Assert.Equal(2, _session.Prune(request));
        Assert.Equal([6L, 7L], Turns(2));
        Assert.Equal(4, _session.Prune(request with { TurnsOlderThanMs = 5_000, LimitRows = 100 }));
        Assert.Equal([10L, 11L], Turns(2));
        Assert.Equal(["9/kept=1", "9/new=1"], Rows(9));
        Assert.Null(_session.FindReply(_domain.Number, "old"));
        Assert.NotNull(_session.FindReply(_domain.Number, "new"));
        Assert.Null(_session.FindDeadLetter(_domain.Number, 1));
    }

    [Fact]
    public void A_commit_that_is_refused_changes_nothing_in_any_domain()
    {
        LaneCommit commit = Commit(_session, With(_domain, 1, Put(1, "a", 1)), With(_other, 1, Put(1, "a", 1)));
        commit.Partitions[1] = commit.Partitions[1] with { Epoch = commit.Partitions[1].Epoch + 1 };
        Assert.Equal(CommitOutcome.NotCommitted, _session.Commit(commit).Outcome);
        Replace(3, 4);
        Assert.Equal(0, _session.ReadDomain(_domain).Sequence);
        Assert.Equal(0, _session.ReadDomain(_other).Sequence);
        Assert.Empty(Rows(1));
    }

    protected static byte[] Bytes(params byte[] bytes) => bytes;

    private static RowAddress At(DomainPlacement domain, byte kind, string id) => new(domain.Number, new RowKey(kind, id));

    private static RowChange Put(byte kind, string id, byte value) => new(new RowKey(kind, id), Bytes(value));

    private static string Show(StoredRow row) => $"{row.Key}={row.Bytes.Span[0]}";

    private static DomainCommit With(DomainPlacement domain, long sequence, params RowChange[] rows)
    {
        DomainCommit commit = new(domain) { Sequence = sequence, LastTurnMs = sequence * 1_000 };
        commit.Turns.Add(new StoredTurn(sequence, sequence * 1_000, Bytes(1)));
        Array.ForEach(rows, commit.AddRow);
        return commit;
    }

    /// <summary>As a lane packs it: turns from one number to another, the last of which says which rows they changed.</summary>
    private static DomainCommit Listed(DomainPlacement domain, long from, long to, params string[] rows)
    {
        DomainCommit commit = With(domain, from, [.. rows.Select(static row => Put(1, row, 1))]);
        for (long sequence = from + 1; sequence <= to; sequence++)
        {
            commit.Turns.Add(new StoredTurn(sequence, sequence * 1_000, Bytes(1)));
        }

        ArrayBufferWriter<byte> changed = new();
        ChangedRows.Write(changed, commit, new LedgerFactory());
        commit.Turns[^1] = commit.Turns[^1] with { Changed = changed.WrittenMemory };
        commit.Sequence = to;
        return commit;
    }

    private LaneCommit Commit(ILaneSession session, params DomainCommit[] domains)
    {
        LaneCommit commit = new() { NowMs = Time.NowMs };
        commit.Partitions.AddRange(session.Partitions);
        commit.Domains.AddRange(domains);
        return commit;
    }

    private void Write(params DomainCommit[] domains) => Assert.Equal(CommitResult.Ok, _session.Commit(Commit(_session, domains)));

    /// <summary>Takes partitions that are owned: the store lets the last one win, or refuses until the former owner is gone.</summary>
    private void Replace(params int[] partitions)
    {
        try
        {
            _session = _fixture.Store.Acquire(partitions);
        }
        catch (StoreException exception) when (exception.Failure == StoreFailure.Busy)
        {
            _session.Dispose();
            _session = _fixture.Store.Acquire(partitions);
        }
    }

    private void Reopen()
    {
        _session.Dispose();
        _fixture.Reopen();
        _session = _fixture.Store.Acquire([3, 4]);
    }

    private List<string> Rows(params byte[] kinds)
    {
        List<string> rows = [];
        _session.LoadRows(_domain.Number, kinds, piece => rows.AddRange(piece.Select(Show)));
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    private List<long> Turns(int limit)
    {
        List<StoredTurn> found = [];
        _session.ReadTurns(_domain.Number, 0, limit, found);
        return [.. found.Select(turn => turn.Sequence)];
    }
}
