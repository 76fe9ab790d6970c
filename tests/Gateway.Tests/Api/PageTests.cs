using System.Net;
using System.Text.RegularExpressions;
using Xunit;

namespace Routing.Gateway.Tests.Api;

public sealed partial class PageTests
{
    [Fact]
    public async Task The_page_and_all_it_names_are_served_from_here_and_from_nowhere_else()
    {
        await using WebServer server = await WebServer.StartAsync();
        (HttpResponseMessage page, _) = await server.SendAsync(HttpMethod.Get, "/", key: null);
        string html = await server.Client.GetStringAsync(new Uri("/", UriKind.Relative));

        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
        MatchCollection named = Named().Matches(html);
        Assert.True(named.Count >= 3, html);
        foreach (Match match in named)
        {
            (HttpResponseMessage asset, _) = await server.SendAsync(HttpMethod.Get, match.Groups[1].Value, key: null);
            Assert.Equal(HttpStatusCode.OK, asset.StatusCode);
            Assert.NotEqual("application/octet-stream", asset.Content.Headers.ContentType!.MediaType);
        }
    }

    [Fact]
    public async Task A_known_version_is_not_sent_again()
    {
        await using WebServer server = await WebServer.StartAsync();
        (HttpResponseMessage first, _) = await server.SendAsync(HttpMethod.Get, "/", key: null);

        (HttpResponseMessage again, _) = await server.SendAsync(HttpMethod.Get, "/", key: null, headers: ("If-None-Match", first.Headers.ETag!.ToString()));

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Named();
}
