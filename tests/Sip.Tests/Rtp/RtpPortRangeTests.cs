using Routing.Sip.Rtp;
using Xunit;

namespace Routing.Sip.Tests.Rtp;

public sealed class RtpPortRangeTests
{
    [Fact]
    public void Even_ports_are_handed_out_once_and_the_longest_free_first()
    {
        RtpPortRange range = new(20_000, 20_005);
        Assert.Equal([20_000, 20_002, 20_004], Take(range, 3));
        Assert.False(range.TryTake(out _));
        range.Return(20_002);
        range.Return(20_000);

        Assert.Equal([20_002, 20_000], Take(range, 2));
        Assert.Equal((3, 0), (range.UsedCount, range.FreeCount));
    }

    [Fact]
    public void A_port_known_from_before_a_restart_can_be_taken_by_its_number()
    {
        RtpPortRange range = new(20_000, 20_009);

        Assert.True(range.TryTake(20_004));
        Assert.False(range.TryTake(20_004));
        Assert.False(range.TryTake(20_003));
        Assert.Equal([20_000, 20_002, 20_006, 20_008], Take(range, 4));
    }

    [Fact]
    public void Giving_back_a_port_twice_is_a_fault()
    {
        RtpPortRange range = new(20_000, 20_009);
        Assert.True(range.TryTake(out int port));
        range.Return(port);

        Assert.Throws<InvalidOperationException>(() => range.Return(port));
    }

    [Theory]
    [InlineData(20_001, 20_100)]
    [InlineData(1_000, 20_100)]
    [InlineData(20_000, 20_000)]
    [InlineData(20_000, 70_000)]
    public void A_range_that_makes_no_sense_is_refused(int first, int last)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RtpPortRange(first, last));
    }

    [Fact]
    public void An_overlap_with_ephemeral_ports_is_told_where_the_system_tells_its_range()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        Assert.Contains("ephemeral", new RtpPortRange(1_024, 65_535).EphemeralOverlap(), StringComparison.Ordinal);
        string[] bounds = File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split('\t', StringSplitOptions.TrimEntries);
        int first = int.Parse(bounds[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Null(first > 1_100 ? new RtpPortRange(1_024, 1_050).EphemeralOverlap() : null);
    }

    private static int[] Take(RtpPortRange range, int count) => [.. Enumerable.Range(0, count).Select(_ => range.TryTake(out int port) ? port : -1)];
}
