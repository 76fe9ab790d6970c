using Routing.Mailbox.Postgres;
using Xunit;

namespace Routing.Mailbox.Tests.Postgres;

/// <summary>Who may commit: the rules of ownership, one by one.</summary>
public sealed class OwnershipTests : IDisposable
{
    /// <summary>Far beyond the time-out of the whole test run.</summary>
    private const int VeryLongSeconds = 3_600;

    private readonly PostgresScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void While_an_owner_lives_another_silo_is_refused_at_once_and_told_who_it_is()
    {
        using ILaneSession owner = _scene.First.Acquire([PostgresScene.Partition]);
        PostgresStore second = _scene.Silo("second");
        StoreException refused = Assert.Throws<StoreException>(() => second.Acquire([PostgresScene.Partition]));
        Assert.Equal(StoreFailure.Busy, refused.Failure);
        Assert.Contains("partition 3 is owned by first/", refused.Message, StringComparison.Ordinal);
        Assert.Equal(CommitResult.Ok, owner.Commit(_scene.Commit(owner, 1)));
    }

    [Fact]
    public void A_second_lane_of_the_same_process_is_refused()
    {
        using ILaneSession owner = _scene.First.Acquire([2, PostgresScene.Partition]);
        StoreException refused = Assert.Throws<StoreException>(() => _scene.First.Acquire([PostgresScene.Partition, 4]));
        Assert.Equal(StoreFailure.Busy, refused.Failure);
        using ILaneSession other = _scene.First.Acquire([4]);
        Assert.Equal(4, Assert.Single(other.Partitions).Partition);
    }

    [Fact]
    public void A_taking_that_fails_keeps_nothing_of_what_it_got()
    {
        using ILaneSession owner = _scene.First.Acquire([PostgresScene.Partition]);
        PostgresStore second = _scene.Silo("second");
        Assert.Throws<StoreException>(() => second.Acquire([1, PostgresScene.Partition]));
        _scene.Sql("SELECT pg_advisory_lock('partitions'::regclass::oid::int, 1)");
        Assert.Equal(0L, _scene.Sql("SELECT count(*) FROM partitions WHERE id = 1"));
    }

    [Fact]
    public void Who_gives_up_leaves_the_partition_to_the_next_at_once()
    {
        PostgresStore second = _scene.Silo("second");
        for (int i = 0; i < 5; i++)
        {
            using (_scene.First.Acquire([PostgresScene.Partition]))
            {
            }

            using ILaneSession next = second.Acquire([PostgresScene.Partition]);
        }
    }

    [Fact]
    public void The_new_epoch_is_committed_when_taking_returns()
    {
        using ILaneSession owner = _scene.First.Acquire([PostgresScene.Partition]);
        Assert.Equal(owner.Partitions[0].Epoch, _scene.Sql("SELECT epoch FROM partitions WHERE id = 3"));
    }

    [Fact]
    public void Whoever_freezes_while_it_takes_holds_nobody_up_and_what_it_has_is_in_order()
    {
        _scene.Sql(
            """
            CREATE TABLE limits (silence text);
            CREATE FUNCTION on_taking() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO limits VALUES (current_setting(''idle_in_transaction_session_timeout'')); RETURN NULL; END';
            CREATE TRIGGER on_taking AFTER INSERT OR UPDATE ON partitions FOR EACH STATEMENT EXECUTE FUNCTION on_taking()
            """);
        using ILaneSession owner = _scene.First.Acquire([9, PostgresScene.Partition]);
        owner.Take([11, 2, 5]);
        Assert.Equal([2, PostgresScene.Partition, 5, 9, 11], owner.Partitions.Select(owned => owned.Partition));
        Assert.Equal("1s", _scene.Sql("SELECT string_agg(DISTINCT silence, ',') FROM limits"));
    }

    [Fact]
    public void An_owner_whose_session_was_ended_commits_nothing_more_and_is_never_connected_again()
    {
        using ILaneSession former = _scene.First.Acquire([PostgresScene.Partition]);
        _scene.EndOwner();
        using ILaneSession owner = _scene.Silo("second").Acquire([PostgresScene.Partition]);
        Assert.Equal(CommitOutcome.Unknown, former.Commit(_scene.Commit(former, 1)).Outcome);
        CommitResult again = former.Commit(_scene.Commit(former, 1));
        Assert.Equal((CommitOutcome.NotCommitted, StoreFailure.Closed), (again.Outcome, again.Failure));
        Assert.Throws<StoreException>(() => former.ReadDomain(_scene.Domain));
        Assert.Equal(0, owner.ReadDomain(_scene.Domain).Sequence);
    }

    [Fact]
    public void Every_transaction_checks_the_epoch_whatever_became_of_the_lock()
    {
        using ILaneSession owner = _scene.First.Acquire([PostgresScene.Partition]);
        _scene.Sql("UPDATE partitions SET epoch = epoch + 1 WHERE id = 3");
        CommitResult refused = owner.Commit(_scene.Commit(owner, 1));
        Assert.Equal((CommitOutcome.NotCommitted, StoreFailure.Fenced), (refused.Outcome, refused.Failure));
        Assert.Equal(0L, _scene.Sql("SELECT count(*) FROM turns"));
        Assert.Equal(StoreFailure.Closed, owner.Commit(_scene.Commit(owner, 1)).Failure);
    }

    [Fact]
    public void Pruning_checks_the_epoch_too()
    {
        using ILaneSession owner = _scene.First.Acquire([PostgresScene.Partition]);
        Assert.Equal(CommitResult.Ok, owner.Commit(_scene.Commit(owner, 1)));
        _scene.Sql("UPDATE partitions SET epoch = epoch + 1 WHERE id = 3");
        StoreException refused = Assert.Throws<StoreException>(() => owner.Prune(new PruneRequest(_scene.Domain.Number, 10, long.MaxValue, 0, 0, 0, 10)));
        Assert.Equal(StoreFailure.Fenced, refused.Failure);
        Assert.Equal(1L, _scene.Sql("SELECT count(*) FROM turns"));
    }

    [Fact]
    public void A_warning_while_it_commits_makes_the_outcome_unknown()
    {
        using ILaneSession owner = _scene.First.Acquire([PostgresScene.Partition]);
        _scene.OnTurn("RAISE WARNING ''might not have been replicated'';");
        CommitResult result = owner.Commit(_scene.Commit(owner, 1));
        Assert.Equal(CommitOutcome.Unknown, result.Outcome);
        Assert.Contains("might not have been replicated", result.Detail, StringComparison.Ordinal);
        Assert.Equal(CommitOutcome.NotCommitted, owner.Commit(_scene.Commit(owner, 2)).Outcome);
    }

    [Fact]
    public void A_commit_that_takes_too_long_has_an_unknown_outcome_and_ends_the_ownership()
    {
        PostgresStore impatient = _scene.Silo("impatient", commandTimeoutSeconds: 1);
        using ILaneSession owner = impatient.Acquire([PostgresScene.Partition]);
        _scene.OnTurn($"PERFORM pg_sleep({VeryLongSeconds});");
        Assert.Equal(CommitOutcome.Unknown, owner.Commit(_scene.Commit(owner, 1)).Outcome);
        Assert.Equal(StoreFailure.Closed, owner.Commit(_scene.Commit(owner, 1)).Failure);
        using ILaneSession next = PostgresScene.TakeOver(_scene.Silo("second"));
    }

    [Fact]
    public async Task A_statement_in_flight_keeps_the_lock_of_a_silo_that_vanished_only_until_the_server_looks_for_its_client()
    {
        using Relay wire = new(_scene.Server.Port, isPooler: false);
        PostgresStore silo = _scene.Silo("over the wire", wire);
        using ILaneSession owner = silo.Acquire([PostgresScene.Partition]);
        // Taken by the statement itself, so that who waits for it is woken when the session ends.
        _scene.OnTurn($"PERFORM pg_advisory_lock(7); PERFORM pg_sleep({VeryLongSeconds});");
        Task<CommitResult> committing = Task.Run(() => owner.Commit(_scene.Commit(owner, 1)));
        _scene.Sql("DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 7 AND objsubid = 1) LOOP PERFORM pg_sleep(0.01); END LOOP; END $$");
        wire.Dispose();
        _scene.Sql("SELECT pg_advisory_lock(7)");
        Assert.Equal(CommitOutcome.Unknown, (await committing).Outcome);
        using ILaneSession next = PostgresScene.TakeOver(_scene.Silo("second"));
        Assert.Equal(0, next.ReadDomain(_scene.Domain).Sequence);
    }

    [Fact]
    public void A_session_of_this_process_that_was_dropped_in_doubt_is_ended_by_the_next_taking()
    {
        PostgresStore impatient = _scene.Silo("impatient", commandTimeoutSeconds: 1);
        ILaneSession owner = impatient.Acquire([PostgresScene.Partition]);
        // Without the server's own looking after its clients.
        _scene.OnTurn($"PERFORM set_config(''client_connection_check_interval'', ''0'', false); PERFORM pg_sleep({VeryLongSeconds});");
        Assert.Equal(CommitOutcome.Unknown, owner.Commit(_scene.Commit(owner, 1)).Outcome);
        owner.Dispose();
        _scene.OnTurn("PERFORM 1;");
        using ILaneSession next = PostgresScene.TakeOver(impatient);
        Assert.Equal(CommitResult.Ok, next.Commit(_scene.Commit(next, 1)));
    }

    [Fact]
    public void A_sign_of_life_waits_for_no_disk_and_leaves_the_commits_after_it_durable()
    {
        using ILaneSession owner = _scene.First.Acquire([PostgresScene.Partition]);
        _scene.Sql("CREATE TABLE seen (setting text)");
        _scene.OnTurn("INSERT INTO seen VALUES (current_setting(''synchronous_commit''));");
        _scene.Sql(
            """
            CREATE FUNCTION on_sign() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO seen VALUES (''sign: '' || current_setting(''synchronous_commit'')); RETURN NULL; END';
            CREATE TRIGGER on_sign AFTER UPDATE ON owners FOR EACH STATEMENT EXECUTE FUNCTION on_sign()
            """);
        owner.SignOfLife(42);
        Assert.Equal("sign: off", _scene.Sql("SELECT setting FROM seen"));
        _scene.Sql("DROP TRIGGER on_sign ON owners; DELETE FROM seen");
        Assert.Equal(CommitResult.Ok, owner.Commit(_scene.Commit(owner, 1)));
        Assert.Equal("on", _scene.Sql("SELECT setting FROM seen"));
        Assert.Equal(42L, _scene.Sql("SELECT alive_ms FROM owners"));
    }

    [Fact]
    public async Task The_next_owner_reads_all_that_the_former_one_committed_however_it_ended()
    {
        PostgresStore second = _scene.Silo("second");
        long sequence = 0;
        for (int round = 0; round < 10; round++)
        {
            using ILaneSession former = PostgresScene.TakeOver(_scene.First);
            using ManualResetEventSlim working = new();
            long next = sequence;
            Task committing = Task.Run(() =>
            {
                while (former.Commit(_scene.Commit(former, next + 1)).Outcome == CommitOutcome.Committed)
                {
                    next++;
                    working.Set();
                }
            });
            Assert.True(working.Wait(TimeSpan.FromSeconds(60)));
            _scene.Sql("SELECT pg_terminate_backend(pid) FROM owners");
            using ILaneSession owner = PostgresScene.TakeOver(second);
            long read = owner.ReadDomain(_scene.Domain).Sequence;
            await committing;
            // One commit may have happened without being reported.
            Assert.InRange(read, next, next + 1);
            Assert.Equal(read, _scene.Sql("SELECT max(sequence) FROM turns"));
            sequence = read;
        }
    }
}
