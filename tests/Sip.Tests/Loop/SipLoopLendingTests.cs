using Routing.Sip.Loop;
using Xunit;

namespace Routing.Sip.Tests.Loop;

/// <summary>A loop that sleeps is lent to the thread that brings work.</summary>
public sealed class SipLoopLendingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public void Work_for_a_sleeping_loop_runs_on_the_thread_that_brings_it_and_what_it_posts_right_after_it()
    {
        using SipLoop loop = new(TimeProvider.System);
        loop.Start();
        List<string> ran = [];
        bool onLoop = false;

        RunLent(loop, () =>
        {
            onLoop = loop.IsOnLoop;
            loop.TryPost(_ => ran.Add($"posted on {Environment.CurrentManagedThreadId}"), null);
            loop.TryRun(_ => ran.Add($"run on {Environment.CurrentManagedThreadId}"), null);
            ran.Add("work");
        });

        int here = Environment.CurrentManagedThreadId;
        Assert.Equal(["work", $"posted on {here}", $"run on {here}"], ran);
        Assert.True(onLoop);
        Assert.False(loop.IsOnLoop);
        Assert.Throws<InvalidOperationException>(loop.AssertOnLoop);
    }

    [Fact]
    public void Parked_pieces_run_together_and_what_they_post_comes_after_all_of_them()
    {
        using SipLoop loop = new(TimeProvider.System);
        using CountdownEvent done = new(4);
        List<string> ran = [];
        loop.Start();

        for (int i = 1; i <= 2; i++)
        {
            string name = $"piece {i}";
            Assert.True(loop.TryPark(
                _ =>
                {
                    ran.Add(name);
                    done.Signal();
                    loop.TryPost(
                        _ =>
                        {
                            ran.Add($"posted by {name}");
                            done.Signal();
                        },
                        null);
                },
                null));
        }

        loop.RunParked();

        Assert.True(done.Wait(Patience));
        Assert.Equal(["piece 1", "piece 2", "posted by piece 1", "posted by piece 2"], ran);
    }

    [Fact]
    public void Parked_work_runs_also_when_the_loop_does_not_sleep()
    {
        using SipLoop loop = new(TimeProvider.System);
        using ManualResetEventSlim busy = new(false);
        using ManualResetEventSlim goOn = new(false);
        using ManualResetEventSlim ran = new(false);
        loop.Start();
        loop.TryPost(
            _ =>
            {
                busy.Set();
                goOn.Wait(Patience);
            },
            null);
        Assert.True(busy.Wait(Patience));

        Assert.True(loop.TryPark(_ => ran.Set(), null));
        loop.RunParked();
        Assert.False(ran.IsSet);
        goOn.Set();

        Assert.True(ran.Wait(Patience));
    }

    [Fact]
    public void A_timer_that_is_armed_on_a_borrowed_loop_fires_although_the_thread_slept_without_one()
    {
        using SipLoop loop = new(TimeProvider.System);
        using ManualResetEventSlim fired = new(false);
        loop.Start();
        int thread = 0;

        RunLent(loop, () => loop.CreateTimer(
            _ =>
            {
                thread = Environment.CurrentManagedThreadId;
                fired.Set();
            },
            null).Start(TimeSpan.FromMilliseconds(5)));

        Assert.True(fired.Wait(Patience));
        Assert.NotEqual(Environment.CurrentManagedThreadId, thread);
    }

    [Fact]
    public async Task Borrowers_posters_and_timers_take_turns_and_each_thread_keeps_its_order()
    {
        const int ThreadCount = 4;
        const int WorkEach = 20_000;
        using SipLoop loop = new(TimeProvider.System);
        List<int>[] seen = [.. Enumerable.Range(0, ThreadCount).Select(_ => new List<int>())];
        using CountdownEvent done = new(ThreadCount * WorkEach);
        int inside = 0;
        int met = 0;
        loop.Start();

        void Enter(Action work)
        {
            met += Interlocked.Increment(ref inside) == 1 && loop.IsOnLoop ? 0 : 1;
            work();
            Interlocked.Decrement(ref inside);
        }

        await Task.WhenAll(Enumerable.Range(0, ThreadCount).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < WorkEach; i++)
            {
                int value = i;
                Action<object?> work = _ => Enter(() =>
                {
                    seen[thread].Add(value);
                    if (value % 100 == 0)
                    {
                        loop.CreateTimer(_ => Enter(() => done.Signal()), null).Start(TimeSpan.FromMilliseconds(value % 3));
                    }
                    else
                    {
                        done.Signal();
                    }
                });
                Assert.True(thread == 0 ? loop.TryPost(work, null) : loop.TryRun(work, null));
                if (thread == ThreadCount - 1)
                {
                    Thread.Yield();
                }
            }
        })));

        Assert.True(done.Wait(Patience), $"{done.CurrentCount} are missing");
        Assert.Equal(0, met);
        Assert.All(seen, list => Assert.Equal(Enumerable.Range(0, WorkEach), list));
    }

    [Fact]
    public void A_loop_that_is_ended_by_the_thread_that_borrowed_it_ends()
    {
        SipLoop loop = new(TimeProvider.System);
        loop.Start();
        bool posted = false;

        RunLent(loop, () =>
        {
            loop.TryPost(_ => posted = true, null);
            loop.Dispose();
        });

        Assert.True(posted);
        Assert.False(loop.TryRun(_ => { }, null));
        loop.Dispose();
    }

    [Fact]
    public async Task Ending_a_loop_waits_for_the_thread_that_borrowed_it()
    {
        SipLoop loop = new(TimeProvider.System);
        using ManualResetEventSlim borrowed = new(false);
        using ManualResetEventSlim goOn = new(false);
        bool finished = false;
        loop.Start();
        Task borrower = Task.Run(() => RunLent(loop, () =>
        {
            borrowed.Set();
            Assert.True(goOn.Wait(Patience));
            finished = true;
        }));
        Assert.True(borrowed.Wait(Patience));

        Task<bool> ending = Task.Run(() =>
        {
            loop.Dispose();
            return finished;
        });
        goOn.Set();

        Assert.True(await ending.WaitAsync(Patience));
        await borrower.WaitAsync(Patience);
    }

    [Fact]
    public void Work_that_throws_on_a_borrowed_loop_is_reported_and_the_loop_goes_on()
    {
        List<Exception> faults = [];
        using SipLoop loop = new(TimeProvider.System, onFault: faults.Add);
        using ManualResetEventSlim ran = new(false);
        loop.Start();

        RunLent(loop, () => throw new FormatException("broken"));
        loop.TryPost(_ => ran.Set(), null);

        Assert.True(ran.Wait(Patience));
        Assert.IsType<FormatException>(Assert.Single(faults));
    }

    /// <summary>Runs the work on this thread, once the loop's own thread has gone to sleep.</summary>
    private static void RunLent(SipLoop loop, Action work)
    {
        int here = Environment.CurrentManagedThreadId;
        bool lent = false;
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                loop.TryRun(
                    _ =>
                    {
                        if (Environment.CurrentManagedThreadId == here)
                        {
                            lent = true;
                            work();
                        }
                    },
                    null);
                return lent;
            },
            Patience));
    }
}
