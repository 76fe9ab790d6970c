using Routing.Mailbox.Postgres;
using Xunit;

namespace Routing.Mailbox.Tests.Cluster;

/// <summary>Who may say of another silo that it is gone, or that it hangs.</summary>
public sealed class SiloWatchTests
{
    private const int Look = 50;

    private readonly SiloMemberOptions _options = new() { Name = "a", Link = "a:1" };
    private readonly SiloWatch _watch;
    private long _nowMs;

    public SiloWatchTests()
    {
        _watch = new SiloWatch(_options);
        _watch.Begin(0);
    }

    [Fact]
    public void One_that_gives_no_sign_for_the_time_allowed_hangs_and_not_before()
    {
        SiloSign silent = new(2, 1_000, false);
        while (_nowMs < _options.HungMs)
        {
            Assert.Null(After(Look, silent));
        }

        Assert.Equal(silent, After(Look, silent));
    }

    [Fact]
    public void One_that_gives_signs_does_not_hang_however_slow_the_clocks()
    {
        for (int i = 0; i < 200; i++)
        {
            Assert.Null(After(Look, new SiloSign(2, i / 20, false)));
        }
    }

    [Fact]
    public void A_watcher_that_was_held_up_itself_begins_to_count_anew()
    {
        SiloSign silent = new(2, 1_000, false);
        while (_nowMs < _options.HungMs - Look)
        {
            Assert.Null(After(Look, silent));
        }

        Assert.Null(After(_options.LateMs + Look + 1, silent));
        Assert.Null(After(Look, silent));
        long since = _nowMs - Look;
        while (_nowMs < since + _options.HungMs - Look)
        {
            Assert.Null(After(Look, silent));
        }

        Assert.Equal(silent, After(Look, silent));
    }

    [Fact]
    public void Whoever_has_just_connected_lets_the_others_come_back_first()
    {
        SiloSign gone = new(2, 1_000, true);
        while (_nowMs < _options.NewcomerMs - Look)
        {
            Assert.Null(After(Look, gone));
        }

        Assert.Equal(gone, After(Look, gone));
    }

    [Fact]
    public void One_whose_lock_was_seen_held_and_is_free_is_gone_however_new_the_watcher_is()
    {
        SiloSign gone = new(2, 1_000, true);
        Assert.Null(After(Look, gone with { IsGone = false }));
        Assert.Equal(gone, After(Look, gone));

        // After the next connection the server may have begun anew.
        _watch.Begin(_nowMs);
        Assert.Null(After(Look, gone));
    }

    [Fact]
    public void Every_silo_is_watched_by_two_others()
    {
        long[] silos = [3, 5, 8, 13];
        Assert.Equal([5, 8], _watch.Watched(silos, 3));
        Assert.Equal([3, 5], _watch.Watched(silos, 13));
        Assert.Equal([4], _watch.Watched([2, 4], 2));
        Assert.All(silos, silo => Assert.Equal(2, silos.Count(other => _watch.Watched(silos, other).Contains(silo))));
    }

    private SiloSign? After(int milliseconds, SiloSign sign) => _watch.Judge([sign], _nowMs += milliseconds);
}
