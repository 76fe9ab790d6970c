using Routing.Gateway.Telephony.Defence;
using Routing.TestKit.Time;
using Xunit;

namespace Routing.Gateway.Tests.Telephony.Defence;

/// <summary>Who is banned and for how long.</summary>
public sealed class BanTableTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Each_ban_is_twice_as_long_as_the_last_up_to_the_longest()
    {
        BanTable bans = new(new DefenceOptions { BanFirstSeconds = 60, BanMaxSeconds = 200 }, _time);
        List<int> lengths = [];
        for (int i = 0; i < 4; i++)
        {
            lengths.Add(bans.Add(Source(1)));
            Assert.True(bans.IsBanned(Source(1)));
            Assert.Equal(0, bans.Add(Source(1)));
            _time.Advance(TimeSpan.FromSeconds(lengths[^1]));
            Assert.False(bans.IsBanned(Source(1)));
        }

        Assert.Equal([60, 120, 200, 200], lengths);
    }

    [Fact]
    public void A_source_that_was_good_for_a_day_begins_anew()
    {
        BanTable bans = new(new DefenceOptions { BanFirstSeconds = 60, BanMemorySeconds = 1_000 }, _time);
        bans.Add(Source(1));
        _time.Advance(TimeSpan.FromSeconds(1_061));

        Assert.Equal(60, bans.Add(Source(1)));
    }

    [Fact]
    public void The_table_is_bounded_and_forgets_the_oldest_first()
    {
        BanTable bans = new(new DefenceOptions { BansLimitCount = 3 }, _time);
        for (ulong i = 1; i <= 4; i++)
        {
            bans.Add(Source(i));
        }

        Assert.Equal(3, bans.ActiveCount);
        Assert.False(bans.IsBanned(Source(1)));
        Assert.True(bans.IsBanned(Source(2)));
    }

    private static SourceKey Source(ulong number) => new(number, 0, 0);
}
