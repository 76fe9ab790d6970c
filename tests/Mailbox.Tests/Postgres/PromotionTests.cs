using Routing.Contracts.Ids;
using Routing.Mailbox.Postgres;
using Routing.TestKit.Postgres;
using Xunit;

namespace Routing.Mailbox.Tests.Postgres;

/// <summary>A primary, a synchronous standby that takes over, and a connection that names both.</summary>
public sealed class PromotionTests
{
    [Fact]
    public void After_a_promotion_owners_readers_and_members_find_the_new_primary_with_all_that_was_committed()
    {
        using PostgresServer primary = PostgresServer.StartOwn("synchronous_standby_names=*");
        using PostgresServer standby = PostgresServer.StartStandby(primary);
        using PostgresStore store = Open($"{standby.Host},{primary.Host}");
        DomainPlacement domain = store.PlaceDomain(DomainId.Of("d"), 3, 0);
        using ILaneSession before = store.Acquire([3]);
        using IStoreReader reader = store.OpenReader();
        Assert.Equal(CommitOutcome.Committed, Commit(before, domain, 1).Outcome);
        Assert.Equal([1], Turns(reader, domain));

        primary.Fence();
        Assert.Equal(CommitOutcome.Unknown, Commit(before, domain, 2).Outcome);
        Assert.ThrowsAny<StoreException>(() => store.Acquire([3]));
        before.Dispose();
        standby.Promote();

        // At once: nothing that was remembered of the servers keeps anybody from it.
        using ILaneSession after = store.Acquire([3]);
        Assert.True(after.Partitions[0].Epoch > before.Partitions[0].Epoch);
        Assert.Equal(1, after.ReadDomain(domain).Sequence);
        Assert.Equal(CommitOutcome.Committed, Commit(after, domain, 2).Outcome);
        Assert.Equal([1, 2], Turns(reader, domain));
        using PostgresStore another = Open($"{primary.Host},{standby.Host}");
        Assert.Equal(store.History, another.History);
        Assert.Throws<StoreException>(() => another.Acquire([3]));
    }

    [Fact]
    public void A_frozen_primary_that_is_fenced_before_the_promotion_cannot_commit_any_more()
    {
        using PostgresServer primary = PostgresServer.StartOwn("synchronous_standby_names=*");
        using PostgresServer standby = PostgresServer.StartStandby(primary);
        using PostgresStore store = Open($"{primary.Host},{standby.Host}", commandTimeoutSeconds: 5);
        DomainPlacement domain = store.PlaceDomain(DomainId.Of("d"), 3, 0);
        using ILaneSession before = store.Acquire([3]);
        Assert.Equal(CommitOutcome.Committed, Commit(before, domain, 1).Outcome);

        primary.Freeze();
        Assert.Equal(CommitOutcome.Unknown, Commit(before, domain, 2).Outcome);
        primary.Fence();
        before.Dispose();
        standby.Promote();
        using ILaneSession after = store.Acquire([3]);

        // Nothing of it is left that could be woken: what it was about to commit is nowhere.
        primary.GoOn();
        Assert.Equal(1, after.ReadDomain(domain).Sequence);
        Assert.Equal(CommitOutcome.Committed, Commit(after, domain, 2).Outcome);
        Assert.Equal(2, after.ReadDomain(domain).Sequence);
    }

    [Fact]
    public void An_old_primary_that_comes_back_as_it_was_is_refused_by_whoever_has_seen_the_new_one()
    {
        using PostgresServer primary = PostgresServer.StartOwn("synchronous_standby_names=*");
        using PostgresServer standby = PostgresServer.StartStandby(primary);
        using PostgresStore store = Open($"{primary.Host},{standby.Host}", commandTimeoutSeconds: 5);
        store.PlaceDomain(DomainId.Of("d"), 3, 0);
        primary.Fence();
        standby.Promote();
        using (store.Acquire([3]))
        {
            primary.Start();
        }

        StoreException refused = Assert.ThrowsAny<StoreException>(() => store.Acquire([3]));
        Assert.Equal(StoreFailure.Fenced, refused.Failure);
        Assert.Contains("is on timeline 1, and this process has worked on timeline 2: an old primary came back as it was", refused.Message, StringComparison.Ordinal);
        Assert.Equal(StoreFailure.Fenced, Assert.ThrowsAny<StoreException>(store.ConnectMember).Failure);
    }

    [Fact]
    public void A_session_with_a_primary_that_was_not_fenced_commits_nothing_once_the_process_has_seen_the_new_one()
    {
        using PostgresServer primary = PostgresServer.StartOwn();
        using PostgresServer standby = PostgresServer.StartStandby(primary);
        using PostgresStore store = Open($"{standby.Host},{primary.Host}");
        using ILaneSession before = store.Acquire([]);
        standby.Promote();
        Assert.False(before.IsOver);
        using ILaneSession after = store.Acquire([]);
        Assert.True(after.Timeline > before.Timeline);
        Assert.True(before.IsOver);
        CommitResult refused = before.Commit(new LaneCommit { NowMs = 1 });
        Assert.Equal((CommitOutcome.NotCommitted, StoreFailure.Fenced), (refused.Outcome, refused.Failure));
        Assert.False(after.IsOver);
    }

    [Fact]
    public void Where_no_server_is_a_primary_that_is_told()
    {
        using PostgresServer primary = PostgresServer.StartOwn();
        using PostgresServer standby = PostgresServer.StartStandby(primary);
        primary.Fence();
        PostgresStoreException refused = Assert.Throws<PostgresStoreException>(() => Open($"{primary.Host},{standby.Host}"));
        Assert.Contains($"one of {primary.Host}, {standby.Host}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("none of them is a primary", refused.Message, StringComparison.Ordinal);
        Assert.True(refused.IsPassing);
    }

    [Fact]
    public void A_connection_that_asks_for_standbys_is_refused()
    {
        PostgresStoreException refused = Assert.Throws<PostgresStoreException>(
            () => PostgresStore.Open("Host=a,b;Target Session Attributes=prefer-standby", TimeProvider.System));
        Assert.Contains("prefer-standby", refused.Message, StringComparison.Ordinal);
    }

    private static PostgresStore Open(string hosts, int commandTimeoutSeconds = 20) => PostgresStore.Open(
        $"Host={hosts};Username=postgres;Database=postgres;Target Session Attributes=read-write",
        TimeProvider.System,
        new PostgresStoreOptions { CommandTimeoutSeconds = commandTimeoutSeconds, ConnectTimeoutSeconds = 30 });

    private static CommitResult Commit(ILaneSession session, DomainPlacement domain, long sequence)
    {
        LaneCommit commit = new() { NowMs = sequence };
        commit.Partitions.AddRange(session.Partitions);
        DomainCommit content = new(domain) { Sequence = sequence, LastTurnMs = sequence };
        content.Turns.Add(new StoredTurn(sequence, sequence, new byte[] { 1 }));
        commit.Domains.Add(content);
        return session.Commit(commit);
    }

    private static long[] Turns(IStoreReader reader, DomainPlacement domain)
    {
        List<StoredTurn> turns = [];
        reader.ReadTurns(domain.Number, 0, 10, turns);
        return [.. turns.Select(static turn => turn.Sequence)];
    }
}
