using Routing.Sip.Loop;
using Xunit;

namespace Routing.Sip.Tests.Loop;

public sealed class SipLoopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public void Timers_fire_at_their_time_and_ties_in_the_order_of_arming()
    {
        LoopDriver driver = new();
        List<string> fired = [];
        Arm(driver, fired, "late", 30);
        Arm(driver, fired, "tie-1", 20);
        Arm(driver, fired, "tie-2", 20);
        Arm(driver, fired, "early", 10);

        driver.Advance(TimeSpan.FromMilliseconds(25));

        Assert.Equal(["early@10", "tie-1@20", "tie-2@20"], fired);
        Assert.Equal(1, driver.Loop.Snapshot().TimersLive);
    }

    [Fact]
    public void A_stopped_timer_never_fires_and_a_timer_armed_anew_fires_once()
    {
        LoopDriver driver = new();
        List<string> fired = [];
        SipTimer stopped = Arm(driver, fired, "stopped", 10);
        SipTimer again = Arm(driver, fired, "again", 10);
        stopped.Stop();
        again.Start(TimeSpan.FromMilliseconds(15));

        driver.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(["again@15"], fired);
        Assert.False(stopped.IsRunning);
        Assert.Null(driver.Loop.UntilNextTimer);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    public void Random_arming_and_stopping_agrees_with_a_sorted_list(int seed)
    {
        LoopDriver driver = new();
        Random random = new(seed);
        List<int> fired = [];
        SipTimer[] timers = [.. Enumerable.Range(0, 200).Select(i => driver.Loop.CreateTimer(_ => fired.Add(i), null))];
        Dictionary<int, (int Due, int Order)> model = [];
        for (int step = 0; step < 2_000; step++)
        {
            int index = random.Next(timers.Length);
            if (random.Next(4) == 0)
            {
                timers[index].Stop();
                model.Remove(index);
            }
            else
            {
                int due = random.Next(1, 50);
                timers[index].Start(TimeSpan.FromMilliseconds(due));
                model[index] = (due, step);
            }
        }

        driver.Advance(TimeSpan.FromMilliseconds(60));

        Assert.Equal(model.OrderBy(entry => entry.Value).Select(entry => entry.Key), fired);
        Assert.Equal(0, driver.Loop.Snapshot().TimersLive);
    }

    [Fact]
    public void The_inbox_refuses_the_network_first_and_everybody_at_its_limit()
    {
        LoopDriver driver = new(new SipLoopOptions { NetworkInboxLimitItems = 3, InboxLimitItems = 5 });
        int ran = 0;
        bool[] network = [.. Enumerable.Range(0, 4).Select(_ => driver.Loop.TryPost(_ => ran++, null, SipLoopLane.Network))];
        bool[] own = [.. Enumerable.Range(0, 3).Select(_ => driver.Loop.TryPost(_ => ran++, null))];
        Assert.Equal([true, true, true, false], network);
        Assert.Equal([true, true, false], own);

        Assert.Equal(5, driver.Loop.RunUntilIdle());

        Assert.Equal(5, ran);
        SipLoopSnapshot snapshot = driver.Loop.Snapshot();
        Assert.Equal((1, 1, 0, 5), (snapshot.NetworkRefused, snapshot.InternalRefused, snapshot.InboxItems, snapshot.InboxItemsMax));
    }

    [Fact]
    public void The_outcome_of_what_was_asked_finds_room_in_a_full_inbox()
    {
        LoopDriver driver = new(new SipLoopOptions { NetworkInboxLimitItems = 3, InboxLimitItems = 5 });
        int ran = 0;
        while (driver.Loop.TryPost(_ => ran++, null))
        {
            // Until it is full.
        }

        Assert.All(Enumerable.Range(0, 100), _ => Assert.True(driver.Loop.TryPost(_ => ran++, null, SipLoopLane.Outcome)));
        Assert.False(driver.Loop.TryPost(_ => ran++, null));
        driver.Loop.RunUntilIdle();
        Assert.Equal(105, ran);
        driver.Loop.Dispose();
        Assert.False(driver.Loop.TryPost(_ => ran++, null, SipLoopLane.Outcome));
    }

    [Fact]
    public void Work_that_throws_is_reported_and_the_loop_goes_on()
    {
        List<Exception> faults = [];
        SipLoop loop = new(TimeProvider.System, onFault: faults.Add);
        bool ran = false;
        loop.TryPost(_ => throw new FormatException("broken"), null);
        loop.TryPost(_ => ran = true, null);

        loop.RunUntilIdle();

        Assert.True(ran);
        Assert.IsType<FormatException>(Assert.Single(faults));
        Assert.Equal(1, loop.Snapshot().Faults);
    }

    [Fact]
    public async Task A_running_loop_keeps_the_order_of_each_poster_and_runs_everything_once()
    {
        const int PosterCount = 4;
        const int PostsEach = 3_000;
        using SipLoop loop = new(TimeProvider.System);
        List<int>[] seen = [.. Enumerable.Range(0, PosterCount).Select(_ => new List<int>())];
        using CountdownEvent done = new(PosterCount * PostsEach);
        loop.Start();

        await Task.WhenAll(Enumerable.Range(0, PosterCount).Select(poster => Task.Run(() =>
        {
            for (int i = 0; i < PostsEach; i++)
            {
                int value = i;
                Assert.True(loop.TryPost(
                    _ =>
                    {
                        seen[poster].Add(value);
                        done.Signal();
                    },
                    null));
            }
        })));

        Assert.True(done.Wait(Patience));
        Assert.All(seen, list => Assert.Equal(Enumerable.Range(0, PostsEach), list));
    }

    [Fact]
    public void A_running_loop_fires_timers_on_its_own_thread_not_before_their_time()
    {
        using SipLoop loop = new(TimeProvider.System);
        using ManualResetEventSlim fired = new(false);
        TimeSpan waited = default;
        bool onLoop = false;
        loop.Start();
        loop.TryPost(
            _ =>
            {
                long armed = TimeProvider.System.GetTimestamp();
                loop.CreateTimer(
                    _ =>
                    {
                        waited = TimeProvider.System.GetElapsedTime(armed);
                        onLoop = loop.IsOnLoop;
                        fired.Set();
                    },
                    null).Start(TimeSpan.FromMilliseconds(30));
            },
            null);

        Assert.True(fired.Wait(Patience));
        Assert.True(onLoop);
        Assert.True(waited >= TimeSpan.FromMilliseconds(30), $"fired after {waited}");
        Assert.False(loop.IsOnLoop);
        Assert.Throws<InvalidOperationException>(loop.AssertOnLoop);
    }

    [Fact]
    public void Ending_a_loop_runs_what_was_posted_and_refuses_what_comes_later()
    {
        SipLoop loop = new(TimeProvider.System);
        int ran = 0;
        loop.TryPost(_ => ran++, null);
        loop.TryPost(_ => ran++, null);
        loop.Start();

        loop.Dispose();

        Assert.Equal(2, ran);
        Assert.False(loop.TryPost(_ => ran++, null));
        Assert.Equal(1, loop.Snapshot().InternalRefused);
    }

    private static SipTimer Arm(LoopDriver driver, List<string> fired, string name, int milliseconds)
    {
        SipTimer timer = driver.Loop.CreateTimer(_ => fired.Add($"{name}@{driver.Elapsed.TotalMilliseconds}"), null);
        timer.Start(TimeSpan.FromMilliseconds(milliseconds));
        return timer;
    }
}
