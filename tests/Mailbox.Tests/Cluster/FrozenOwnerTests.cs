using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Tests.Fakes;
using Xunit;
using Xunit.Abstractions;

namespace Routing.Mailbox.Tests.Cluster;

/// <summary>An owner that stands still in the middle of a turn, and wakes when somebody else has long taken over.</summary>
public sealed class FrozenOwnerTests(ITestOutputHelper output) : IDisposable
{
    private readonly ClusterScene _scene = new();
    private readonly ManualResetEventSlim _goOn = new();

    public void Dispose()
    {
        _goOn.Set();
        _scene.Dispose();
        _goOn.Dispose();
    }

    [Fact]
    public async Task A_frozen_owner_is_ended_by_the_others_and_nothing_of_what_it_says_when_it_wakes_counts()
    {
        TaskCompletionSource frozen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool freeze = true;
        LedgerFactory freezing = new()
        {
            OnEntry = entry =>
            {
                if (entry == "e21" && freeze)
                {
                    freeze = false;
                    frozen.SetResult();
                    _goOn.Wait();
                }
            },
        };
        ClusterSilo a = await _scene.StartAsync("a", factory: freezing, with: options => options with { LaneHungMs = 300 });
        DomainPlacement domain = _scene.Place("d");
        await _scene.News.UntilAsync(() => _scene.OwnerOf(domain.Domain) is not null);
        ClusterSilo b = await _scene.StartAsync("b");
        await _scene.SettledAsync(a, b);
        RecordingSink late = new();
        using IGatewaySession toA = a.Host.OpenGateway(GatewayId.Of("gw"), 1, late);
        Caller caller = new(_scene, domain);
        await _scene.News.UntilAsync(() => b.Host.Copies!.Held.Count == 1);
        caller.Start();
        await frozen.Task;

        long epoch = Assert.Single(a.Host.Served).Epoch;
        await _scene.News.UntilAsync(() => _scene.OwnerOf(domain.Domain, [b]) is not null);
        await caller.AfterAsync(20);
        await caller.StopAsync();
        output.WriteLine($"Pause when an owner hangs under load, ms: {caller.LongestMs:0}");
        Assert.Contains("Silo 'a' (number 1) gave no sign of life", _scene.News.Told, StringComparison.Ordinal);
        Assert.True(Assert.Single(b.Host.Served).Epoch > epoch);

        // It wakes with a turn that it believes to commit: it drops everything and comes back as another.
        _goOn.Set();
        await _scene.News.UntilAsync(() => a.Member.Id > b.Member.Id);
        await _scene.SettledAsync(a, b);
        Assert.Equal(caller.Done, _scene.Entries(domain.Number, "a"));
        Assert.Equal(1, b.Host.Copies!.Used);
        Assert.Empty(late.Effects);
        Assert.Same(b, _scene.OwnerOf(domain.Domain));
    }
}
