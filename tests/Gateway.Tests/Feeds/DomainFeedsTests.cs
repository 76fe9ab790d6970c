using Microsoft.Extensions.Logging.Abstractions;
using Routing.Gateway.Feeds;
using Xunit;

namespace Routing.Gateway.Tests.Feeds;

public sealed class DomainFeedsTests
{
    /// <summary>The host of a process whose start fails for another reason would tell a cancelled service as fatal, before the one line that counts.</summary>
    [Fact]
    public async Task Asked_to_end_they_end_by_themselves()
    {
        using DomainFeeds feeds = new(new ScriptedHost(), TimeProvider.System, NullLogger<DomainFeeds>.Instance);
        await feeds.StartAsync(CancellationToken.None);

        await feeds.StopAsync(CancellationToken.None);

        Assert.True(feeds.ExecuteTask!.IsCompletedSuccessfully, $"{feeds.ExecuteTask.Status}");
    }
}
