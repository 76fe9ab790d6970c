using Npgsql;
using Routing.Contracts.Ids;
using Routing.Mailbox.Membership;
using Routing.Mailbox.Postgres;
using Xunit;

namespace Routing.Mailbox.Tests.Cluster;

/// <summary>One silo's connection to the cluster, without its thread.</summary>
public sealed class MembershipTests : IDisposable
{
    private const int VeryLongMs = 170_000;

    private readonly ClusterScene _scene = new();
    private readonly SiloMemberOptions _options = new() { Name = "m", Link = "m:7000", PartitionsCount = ClusterScene.PartitionsCount };

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_hint_that_comes_with_the_answer_to_a_statement_ends_the_next_wait_at_once_and_reading_the_map_clears_it()
    {
        using PostgresStore store = _scene.Open("m");
        using PostgresMembership member = PostgresMembership.Join(store, _options, null);
        member.ReadMap();
        Assert.False(member.IsHinted);

        // The server gives a session what it has for it before it says that it is ready, its own hints too.
        member.Drain(_options.PartitionsCount);
        long started = TimeProvider.System.GetTimestamp();
        member.Wait(VeryLongMs);
        Assert.True(member.IsHinted);
        Assert.True(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds < VeryLongMs);
        member.ReadMap();
        Assert.False(member.IsHinted);
    }

    [Fact]
    public void Whoever_connects_again_with_a_clock_that_is_right_is_refused_no_more()
    {
        using PostgresStore store = _scene.Open("m");
        long id;
        using (PostgresMembership member = PostgresMembership.Join(store, _options, null))
        {
            id = member.Id;
            member.Refuse(_options.PartitionsCount, "its clock is wrong");
            Assert.NotNull(member.ReadMap().Silo(id)!.Refusal);
            _scene.Sql("SELECT pg_terminate_backend(pid, 30000) FROM silos");
        }

        using PostgresMembership again = PostgresMembership.Join(store, _options, id);
        SiloView silo = Assert.Single(again.ReadMap().Silos);
        Assert.Equal((id, (string?)null), (silo.Id, silo.Refusal));
    }

    [Fact]
    public void A_map_that_somebody_else_changes_for_long_costs_a_silo_a_change_and_not_its_connection()
    {
        using PostgresStore store = _scene.Open("m");
        using PostgresStore other = _scene.Open("other");
        using PostgresMembership member = PostgresMembership.Join(store, _options, null);
        other.Control(client =>
        {
            using NpgsqlTransaction transaction = client.BeginTransaction();
            using NpgsqlCommand take = new("SELECT pg_advisory_xact_lock('silos'::regclass::oid::int, 0)", client, transaction);
            take.ExecuteNonQuery();
            StoreException busy = Assert.Throws<StoreException>(() => member.Drain(_options.PartitionsCount));
            Assert.Equal(StoreFailure.Busy, busy.Failure);
            return true;
        });
        Assert.True(member.IsOpen);
        member.Drain(_options.PartitionsCount);
        Assert.True(Assert.Single(member.ReadMap().Silos).IsDraining);
    }

    [Fact]
    public async Task A_silo_says_that_somebody_holds_up_the_map_and_goes_on_as_the_one_it_was()
    {
        ShiftedTime time = new();
        ClusterSilo a = await _scene.StartAsync("a", time: time);
        await _scene.SettledAsync(a);
        long? number = a.Member.Id;
        TaskCompletionSource goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using PostgresStore other = _scene.Open("other");
        Task<bool> holding = Task.Run(() => other.Control(client =>
        {
            using NpgsqlTransaction transaction = client.BeginTransaction();
            using NpgsqlCommand take = new("SELECT pg_advisory_xact_lock('silos'::regclass::oid::int, 0)", client, transaction);
            take.ExecuteNonQuery();
            held.SetResult();
            return goOn.Task.Wait(TimeSpan.FromMinutes(2));
        }));
        await held.Task;
        time.AheadMs = 5_000;
        await _scene.News.UntilAsync(() => _scene.News.Told.Contains("Somebody else holds up the map", StringComparison.Ordinal));
        goOn.SetResult();
        Assert.True(await holding);
        await _scene.News.UntilAsync(() => a.Partitions.Length == 0);
        Assert.Null(a.Member.LastError);
        Assert.Equal(number, a.Member.Id);
    }

    [Fact]
    public async Task A_domain_is_served_also_when_it_is_placed_behind_the_back_of_the_map()
    {
        ClusterSilo a = await _scene.StartAsync("a");
        await _scene.SettledAsync(a);

        // As one whose hint and new version were read already, and its row not.
        _scene.Sql("INSERT INTO domains (id, name, partition) VALUES (7, 'late', 3)");
        await _scene.News.UntilAsync(() => a.Host.Domains.Contains(DomainId.Of("late")));
    }
}
