using System.Net;
using Routing.Gateway.Telephony.Defence;
using Routing.TestKit.Time;
using Xunit;

namespace Routing.Gateway.Tests.Telephony.Defence;

/// <summary>One rate for any number of sources in fixed memory.</summary>
public sealed class SourceLimitTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void A_source_gets_its_burst_then_its_rate()
    {
        SourceLimit limit = new(new Rate(10, 5), 1_024, 1, _time);
        SourceKey source = Key(1);

        Assert.Equal(5, Admitted(limit, source, 100));
        _time.Advance(TimeSpan.FromSeconds(0.3));
        Assert.Equal(3, Admitted(limit, source, 100));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(5, Admitted(limit, source, 100));
    }

    [Fact]
    public void A_flooder_does_not_take_what_others_have()
    {
        SourceLimit limit = new(new Rate(10, 5), 1_024, 1, _time);
        Admitted(limit, Key(1), 10_000);

        // 200 others in 1,024 cells: none shares both cells with the flooder.
        Assert.All(Enumerable.Range(2, 200), source => Assert.True(limit.TryTake(Key(source))));
    }

    [Fact]
    public void A_flood_under_a_hundred_thousand_addresses_leaves_an_honest_source_its_share()
    {
        SourceLimit limit = new(new Rate(100, 500), 65_536, 1, _time);
        for (int source = 1_000; source < 101_000; source++)
        {
            limit.TryTake(Key(source));
        }

        Assert.True(Admitted(limit, Key(1), 500) > 490);
    }

    [Fact]
    public void One_source_is_an_address_and_over_IPv6_a_network_and_on_loopback_a_program()
    {
        Assert.Equal(Of("192.0.2.1", 5060), Of("192.0.2.1", 9999));
        Assert.Equal(Of("192.0.2.1", 5060), Of("::ffff:192.0.2.1", 5060));
        Assert.NotEqual(Of("192.0.2.1", 5060), Of("192.0.2.2", 5060));
        Assert.Equal(Of("2001:db8::1", 5060), Of("2001:db8::ffff:1", 5060));
        Assert.NotEqual(Of("2001:db8::1", 5060), Of("2001:db8:0:1::1", 5060));
        Assert.NotEqual(Of("127.0.0.1", 5060), Of("127.0.0.1", 5061));
        Assert.NotEqual(Of("::1", 5060), Of("::1", 5061));
    }

    private static int Admitted(SourceLimit limit, SourceKey source, int attempts) => Enumerable.Range(0, attempts).Count(_ => limit.TryTake(source));

    private static SourceKey Key(int number) => Of(new IPAddress([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]).ToString(), 5060);

    private static SourceKey Of(string address, int port) => SourceKey.Of(new IPEndPoint(IPAddress.Parse(address), port));
}
