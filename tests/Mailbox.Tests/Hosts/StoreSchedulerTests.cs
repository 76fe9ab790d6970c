using Routing.Mailbox.Hosting;
using Xunit;

namespace Routing.Mailbox.Tests.Hosts;

public sealed class StoreSchedulerTests
{
    private const int Limit = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Work_beyond_the_limit_waits_and_is_done_in_order_once_a_thread_is_free()
    {
        StoreScheduler scheduler = new("test", Limit, Long);
        using SemaphoreSlim go = new(0);
        using SemaphoreSlim begun = new(0);
        Task<int>[] holding = [.. Enumerable.Range(0, Limit).Select(number => scheduler.Run(() => Hold(number), CancellationToken.None))];
        for (int i = 0; i < Limit; i++)
        {
            Assert.True(await begun.WaitAsync(Patience));
        }

        List<int> done = [];
        Task<int>[] waiting = [.. Enumerable.Range(0, 100).Select(number => scheduler.Run(() => Note(number), CancellationToken.None))];
        Assert.Equal(Limit, scheduler.ThreadsCount);
        Assert.Empty(done);
        go.Release();
        await Task.WhenAll(waiting).WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(0, 100), done);
        go.Release(Limit);
        await Task.WhenAll(holding).WaitAsync(Patience);

        int Hold(int number)
        {
            begun.Release();
            go.Wait();
            return number;
        }

        int Note(int number)
        {
            done.Add(number);
            return number;
        }
    }

    [Fact]
    public async Task An_idle_thread_is_used_again_and_ends_after_a_while()
    {
        StoreScheduler scheduler = new("test", Limit, Long);
        Thread first = await scheduler.Run(() => Thread.CurrentThread, CancellationToken.None);
        Assert.False(first.IsThreadPoolThread);
        Assert.InRange(scheduler.ThreadsCount, 1, Limit);

        StoreScheduler hasty = new("test", 1, TimeSpan.FromMilliseconds(1));
        Thread ended = await hasty.Run(() => Thread.CurrentThread, CancellationToken.None);
        Assert.True(ended.Join(Patience));
        Assert.Equal(0, hasty.ThreadsCount);
        Assert.True(await hasty.Run(static () => Thread.CurrentThread.IsBackground, CancellationToken.None));
    }

    [Fact]
    public async Task What_work_throws_is_told_to_who_waits_and_ends_no_thread()
    {
        StoreScheduler scheduler = new("test", 1, Long);
        await Assert.ThrowsAsync<TimeoutException>(() => scheduler.Run<int>(() => throw new TimeoutException(), CancellationToken.None));
        Assert.Equal(7, await scheduler.Run(() => 7, CancellationToken.None).WaitAsync(Patience));
    }

    [Fact]
    public async Task Work_that_nobody_wants_any_more_is_not_begun()
    {
        StoreScheduler scheduler = new("test", 1, Long);
        using SemaphoreSlim go = new(0);
        using CancellationTokenSource stopping = new();
        Task<bool> holding = scheduler.Run(() => go.Wait(Patience), CancellationToken.None);
        Task<bool> unwanted = scheduler.Run<bool>(() => throw new InvalidOperationException("It was begun."), stopping.Token);
        await stopping.CancelAsync();
        go.Release();
        Assert.True(await holding);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => unwanted);
    }

    [Fact]
    public async Task A_read_that_waits_for_a_thread_ends_when_it_is_not_wanted_any_more()
    {
        StoreScheduler scheduler = new("test", 1, Long);
        using SemaphoreSlim go = new(0);
        using CancellationTokenSource stopping = new();
        Task<bool> holding = scheduler.Run(() => go.Wait(Patience), CancellationToken.None);
        Task<int> unwanted = scheduler.Run(() => 1, stopping.Token);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => unwanted.WaitAsync(Patience));
        go.Release();
        Assert.True(await holding);
    }
}
