using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Remote;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>What a silo reaches of the domains of its cluster, its own and those of others, while they move, and while silos die and freeze.</summary>
public sealed class ClusterHostTests
{
    private const int Steps = 5_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Every_silo_reaches_every_domain_and_nothing_is_done_twice_or_missed_while_domains_move(int seed)
    {
        using ClusterWorld world = new(seed);
        for (int i = 0; i < Steps; i++)
        {
            world.Step();
        }

        world.Settle();
        world.Check();
    }

    [Fact]
    public void A_command_that_its_silo_took_and_never_answered_is_repeated_to_the_next_owner_under_its_number()
    {
        using ClusterWorld world = new(40);
        world.Settle();
        ReachingSilo owner = Owner(world, Ledger.Domain);
        int other = world.Silos.ToList().FindIndex(silo => silo != owner);
        Task<CommandReply> reply = world.Send(other, Ledger.Domain)!;

        // Committed there; the answer is lost with the silo.
        world.Network.Pump();
        owner.Silo.Run();
        owner.Kill();
        world.TakeOrphans();
        world.Settle();

        Assert.True(reply.Now().IsOk);
        world.Check();
    }

    [Fact]
    public void A_session_of_a_former_owner_is_not_opened_and_harms_no_other_session_of_its_silo()
    {
        using ClusterWorld world = new(42);
        world.Settle();
        GatewayId lent = GatewayId.Of("domain:lent");
        GatewayId fine = GatewayId.Of("domain:fine");
        RecordingSink newer = new();
        RecordingSink older = new();
        RecordingSink beside = new();
        using IGatewaySession first = world.Silos[0].Reach!.OpenGateway(lent, 7, newer);
        world.RunNow();
        int links = world.Network.OpenLinks;
        using IGatewaySession second = world.Silos[1].Reach!.OpenGateway(lent, 6, older);
        using IGatewaySession third = world.Silos[1].Reach!.OpenGateway(fine, 1, beside);
        world.RunNow();

        first.Send(Ledger.Domain, Ledger.Entry("a", "x", "effect domain:lent 1"), static _ => { });
        third.Send(Ledger.Domain, Ledger.Entry("a", "y", "effect domain:fine 1"), static _ => { });
        world.Settle();

        Assert.Equal((1, 0, 1), (newer.Effects.Count, older.Effects.Count, beside.Effects.Count));
        Assert.Equal(links, world.Network.OpenLinks);
        Assert.Contains("passed over: domain:lent", world.Silos.SelectMany(static silo => silo.Silo.Log.Told));
    }

    [Fact]
    public void A_session_that_comes_back_after_another_silo_had_it_is_heard_under_its_new_life()
    {
        using ClusterWorld world = new(43);
        world.Settle();
        GatewayId lent = GatewayId.Of("domain:lent");
        List<CommandReply> replies = [];
        foreach ((int silo, long life) in new[] { (0, 5L), (1, 6L), (0, 7L) })
        {
            using IGatewaySession session = world.Silos[silo].Reach!.OpenGateway(lent, life, new RecordingSink());
            session.Send(Ledger.Domain, Ledger.Entry("a", $"life {life}"), replies.Add);
            world.Settle();
        }

        Assert.Equal([true, true, true], replies.Select(reply => reply.IsOk));
    }

    [Fact]
    public void A_domain_that_does_not_answer_is_told_with_what_is_wrong_with_the_silos_that_are_not_reached()
    {
        using ClusterWorld world = new(44);
        world.Settle();
        ReachingSilo owner = Owner(world, Ledger.Domain);
        ReachingSilo other = world.Silos.First(silo => silo != owner);

        Assert.Null(other.Reach!.WhyUnreached(Ledger.Domain));
        Assert.Null(owner.Reach!.WhyUnreached(Ledger.Domain));

        owner.Kill();
        world.Network.Pump();

        Assert.StartsWith($"no silo that owns domain {Ledger.Domain} can be reached: {owner.Silo.Address}: ", other.Reach.WhyUnreached(Ledger.Domain), StringComparison.Ordinal);
    }

    [Fact]
    public void A_silo_that_only_its_cluster_tells_of_is_reached()
    {
        using ClusterWorld world = new(45);
        world.Settle();
        DomainId domain = Ledger.Domain;
        ReachingSilo owner = Owner(world, domain);
        ReachingSilo other = world.Silos.First(silo => silo != owner);
        RemoteHostOptions options = new() { Name = "silo:late", Incarnation = 1, Silos = [], Key = ManualNetwork.Key };
        using ClusterHost late = new(other.Silo.Host!, options, world.Network, world.Time);
        late.Start();
        world.Settle();
        Assert.NotNull(late.WhyUnreached(domain));

        late.TellSilos([owner.Silo.Address]);
        world.Settle();

        Assert.Null(late.WhyUnreached(domain));
    }

    private static ReachingSilo Owner(ClusterWorld world, DomainId domain) => world.Silos.Single(silo => silo.Silo.Host!.Domains.Contains(domain));
}
