using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Delivery;
using Routing.Mailbox.Tests.Fakes;

namespace Routing.Mailbox.Tests.Cluster;

/// <summary>
/// A sender as a gateway is one: numbers its inputs, one after the other, and gives each to the owner of the domain, and to the next owner, until it is answered. Keeps the longest time that one of them took.
/// </summary>
internal sealed class Caller(ClusterScene scene, DomainPlacement domain)
{
    private readonly SenderId _sender = SenderId.Of("caller");
    private long _sent;
    private volatile bool _isOver;
    private Task _calling = Task.CompletedTask;

    public double LongestMs { get; private set; }

    public List<string> Done { get; } = [];

    public void Start()
    {
        _isOver = false;
        _calling = Task.Run(async () =>
        {
            while (!_isOver)
            {
                await SendAsync();
            }
        });
    }

    /// <summary>Completes when so many more were done.</summary>
    public async Task AfterAsync(int more)
    {
        long goal = Interlocked.Read(ref _sent) + more;
        await scene.News.UntilAsync(() => Interlocked.Read(ref _sent) >= goal || _calling.IsFaulted);
    }

    public async Task StopAsync()
    {
        _isOver = true;
        await _calling;
    }

    /// <summary>Forgets what took long before.</summary>
    public void Measure() => LongestMs = 0;

    private async Task SendAsync()
    {
        string entry = $"e{_sent + 1}";
        long started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Task news = scene.News.Next;
            if (scene.OwnerOf(domain.Domain) is { } owner)
            {
                TaskCompletionSource<CommandReply> replied = new(TaskCreationOptions.RunContinuationsAsynchronously);
                LaneInput input = new(domain.Domain, _sender, 1, Ledger.Entry("a", entry), reply => replied.TrySetResult(reply)) { Sequence = _sent + 1 };
                owner.Host.Post(input);

                // Its owner may be dead and say nothing: then the next one is asked.
                await Task.WhenAny(replied.Task, news);
                while (!replied.Task.IsCompleted && scene.OwnerOf(domain.Domain) == owner)
                {
                    news = scene.News.Next;
                    await Task.WhenAny(replied.Task, news);
                }

                if (replied.Task.IsCompleted && (await replied.Task).IsOk)
                {
                    break;
                }

                if (scene.OwnerOf(domain.Domain) != owner)
                {
                    continue;
                }
            }

            await news;
        }

        LongestMs = Math.Max(LongestMs, TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
        Done.Add(entry);
        Interlocked.Increment(ref _sent);
        scene.News.Tell();
    }
}
