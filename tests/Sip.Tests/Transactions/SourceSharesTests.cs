using System.Net;
using Routing.Sip.Transactions;
using Xunit;

namespace Routing.Sip.Tests.Transactions;

public sealed class SourceSharesTests
{
    private const int Limit = 1_000;
    private static readonly IPEndPoint Trunk = new(IPAddress.Parse("192.0.2.1"), 5060);
    private readonly SourceShares _shares = new(Limit);

    [Fact]
    public void One_source_alone_gets_four_fifths_for_what_it_begins_and_nine_tenths_with_what_goes_on()
    {
        Assert.Equal(800, Fill(Trunk, isGoingOn: false));
        Assert.Equal(100, Fill(Trunk, isGoingOn: true));
    }

    [Fact]
    public void Another_source_is_served_while_the_first_has_its_share()
    {
        Fill(Trunk, isGoingOn: true);

        Assert.Equal(80, Fill(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 5060), isGoingOn: false));
        Assert.True(_shares.Admits(new IPEndPoint(IPAddress.Parse("192.0.2.3"), 5060), isGoingOn: false));
    }

    [Fact]
    public void When_several_sources_flood_the_next_one_is_served_all_the_same()
    {
        for (int i = 0; i < 4; i++)
        {
            Fill(new IPEndPoint(IPAddress.Parse($"198.51.100.{i}"), 5060), isGoingOn: false);
        }

        Assert.True(_shares.Admits(Trunk, isGoingOn: false));
    }

    [Fact]
    public void What_ends_is_free_for_the_same_source_again()
    {
        int first = Fill(Trunk, isGoingOn: false);
        for (int i = 0; i < first; i++)
        {
            _shares.Remove(Trunk);
        }

        Assert.Equal(first, Fill(Trunk, isGoingOn: false));
    }

    [Fact]
    public void Ports_of_one_address_are_one_source_but_on_loopback()
    {
        Fill(Trunk, isGoingOn: false);
        Assert.False(_shares.Admits(new IPEndPoint(Trunk.Address, 5062), isGoingOn: false));

        SourceShares local = new(Limit);
        for (int i = 0; i < 800; i++)
        {
            local.Add(new IPEndPoint(IPAddress.Loopback, 5060));
        }

        Assert.False(local.Admits(new IPEndPoint(IPAddress.Loopback, 5060), isGoingOn: false));
        Assert.True(local.Admits(new IPEndPoint(IPAddress.Loopback, 5062), isGoingOn: false));
    }

    [Fact]
    public void All_addresses_of_an_ipv6_network_are_one_source()
    {
        Fill(new IPEndPoint(IPAddress.Parse("2001:db8::1"), 5060), isGoingOn: false);

        Assert.False(_shares.Admits(new IPEndPoint(IPAddress.Parse("2001:db8::2"), 5060), isGoingOn: false));
        Assert.True(_shares.Admits(new IPEndPoint(IPAddress.Parse("2001:db8:0:1::2"), 5060), isGoingOn: false));
    }

    private int Fill(IPEndPoint source, bool isGoingOn)
    {
        int count = 0;
        for (; _shares.Admits(source, isGoingOn); count++)
        {
            _shares.Add(source);
        }

        return count;
    }
}
