using Xunit;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>Domains on different silos talk to each other, whatever becomes of the silos between any two messages.</summary>
public sealed class PeerClusterTests
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
    public void What_domains_of_a_cluster_say_to_each_other_is_heard_once_and_in_order_while_their_silos_move_die_and_freeze(int seed)
    {
        using PeerWorld world = new(seed);
        for (int i = 0; i < Steps; i++)
        {
            world.Step();
        }

        world.Settle();
        world.Check();
    }
}
