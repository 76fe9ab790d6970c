using System.Net;
using Xunit;

namespace Routing.Gateway.Tests.Api;

/// <summary>Who tries keys.</summary>
public sealed class KeyGuardTests
{
    private const string Path = "/api/v1/agents";

    [Fact]
    public async Task Who_tries_keys_is_slowed_down_and_right_keys_of_this_machine_still_pass()
    {
        await using WebServer server = await WebServer.StartAsync(configure: static options => (options.WrongKeysBurstCount, options.WrongKeysPerSecondCount) = (3, 0.001));

        Assert.Equal([401, 401, 401, 429, 429], await StatusesAsync(server, 5, null));
        await server.GetAsync(Path);
        Assert.Equal(2, server.Counters.Throttled);
    }

    [Fact]
    public async Task From_elsewhere_no_key_is_looked_at_any_more_and_others_are_not_concerned()
    {
        await using WebServer server = await WebServer.StartAsync(configure: static options => (options.WrongKeysBurstCount, options.WrongKeysPerSecondCount) = (3, 0.001));

        Assert.Equal([401, 401, 401, 429], await StatusesAsync(server, 4, "192.0.2.66"));
        (HttpResponseMessage guessed, _) = await server.SendAsync(HttpMethod.Get, Path, headers: (WebServer.RemoteHeader, "192.0.2.66"));
        (HttpResponseMessage other, _) = await server.SendAsync(HttpMethod.Get, Path, headers: (WebServer.RemoteHeader, "192.0.2.67"));

        Assert.Equal(HttpStatusCode.TooManyRequests, guessed.StatusCode);
        Assert.NotNull(guessed.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    private static async Task<List<int>> StatusesAsync(WebServer server, int count, string? remote)
    {
        List<int> statuses = [];
        for (int i = 0; i < count; i++)
        {
            (string, string)[] headers = remote is null ? [] : [(WebServer.RemoteHeader, remote)];
            (HttpResponseMessage response, _) = await server.SendAsync(HttpMethod.Get, Path, $"guess-{i}", headers: headers);
            statuses.Add((int)response.StatusCode);
        }

        return statuses;
    }
}
