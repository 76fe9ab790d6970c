using Xunit;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>
/// Several silos over one store, between which domains move while gateways talk to them: planned, because a silo dies, because it is frozen and wakes as the owner that it is no more, and
/// over links that break and that are slower than others.
/// </summary>
public sealed class RemoteMoveTests
{
    private const int Steps = 5_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Every_input_is_done_and_answered_once_and_in_order_and_no_effect_is_lost_while_domains_move(int seed)
    {
        using MoveWorld world = new(seed, 3_600_000);
        for (int i = 0; i < Steps; i++)
        {
            world.Step();
        }

        world.Settle();
        world.Check();
    }

    [Fact]
    public void A_planned_move_needs_no_time_but_that_of_the_links()
    {
        using MoveWorld world = new(20, 2_000);
        world.Settle();
        long before = world.Time.NowMs;
        for (int i = 0; i < 10; i++)
        {
            world.Move();
            world.Send();
            world.RunNow();
            Assert.Equal(world.SentCount, world.AnsweredCount);
        }

        Assert.Equal(before, world.Time.NowMs);
        world.Check();
    }

    [Fact]
    public void What_is_sent_while_a_domain_has_no_owner_is_done_by_the_next_one()
    {
        using MoveWorld world = new(21, 2_000);
        world.Settle();
        world.GiveUpAll();
        world.RunNow();
        world.Send();
        world.RunNow();
        world.Time.Advance(1_500);
        world.RunNow();
        Assert.Equal(0, world.AnsweredCount);

        world.TakeOrphans();
        world.RunNow();
        Assert.Equal(1, world.AnsweredCount);
        world.Check();
    }

    [Fact]
    public void A_domain_without_an_owner_is_not_ready_and_its_inputs_are_unavailable_after_two_seconds()
    {
        using MoveWorld world = new(22, 2_000);
        world.Settle();
        Assert.True(world.Remote.Status().Ready);
        world.GiveUpAll();
        world.RunNow();
        world.Send();
        world.Time.Advance(2_100);
        world.RunNow();

        Assert.Equal(1, world.AnsweredCount);
        Assert.False(world.Remote.Status().SomeReady);
        Assert.Contains("No silo that owns domain", world.Remote.Status().NotReadyReason, StringComparison.Ordinal);
    }
}
