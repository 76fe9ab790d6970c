using System.Net.Http.Headers;
using System.Text.Json;
using Routing.Silo.Hosting;

namespace Routing.Silo.Commands;

/// <summary>
/// Talks to a running server for a command: paths are relative to the domain (<c>"/configuration"</c>). An answer that is a problem is a <see cref="ServerAnswer"/> too; no answer is a
/// <see cref="ServerException"/>.
/// </summary>
internal sealed class ServerClient : IDisposable
{
    /// <summary>Above the server's own limit for a write, so that its answer is heard.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http;
    private readonly string _prefix;

    /// <param name="server">Scheme, host and port.</param>
    /// <param name="key">API key.</param>
    /// <param name="domain">Null: the server's only or default one.</param>
    public ServerClient(Uri server, string key, string? domain)
    {
        _http = new HttpClient { BaseAddress = server, Timeout = Patience };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        _prefix = domain is null ? "/api/v1" : "/api/v1/domains/" + Uri.EscapeDataString(domain);
    }

    /// <exception cref="ServerException">No answer.</exception>
    public Task<ServerAnswer> GetAsync(string path, CancellationToken cancellation) => SendAsync(new HttpRequestMessage(HttpMethod.Get, _prefix + path), cancellation);

    /// <summary>A write; its idempotency key makes a repeat of the whole call safe.</summary>
    /// <exception cref="ServerException">No answer: whether it happened is not known.</exception>
    public Task<ServerAnswer> PostAsync(string path, HttpContent? content, string? idempotencyKey, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _prefix + path) { Content = content };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return SendAsync(request, cancellation);
    }

    public void Dispose() => _http.Dispose();

    private async Task<ServerAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using HttpRequestMessage sent = request;
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, cancellation);
            byte[] body = await response.Content.ReadAsByteArrayAsync(cancellation);
            return new ServerAnswer(response.StatusCode, body.Length == 0 ? default : JsonSerializer.Deserialize(body, HostingJson.Default.JsonElement));
        }
        catch (HttpRequestException error)
        {
            throw new ServerException($"server: {_http.BaseAddress} does not answer: {error.Message.TrimEnd('.')}; is it running, and is --server its --http address?", error);
        }
        catch (JsonException error)
        {
            throw new ServerException($"server: {_http.BaseAddress} answers, and not as this program does; is --server its --http address?", error);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new ServerException($"server: {_http.BaseAddress} did not answer within {Patience.TotalSeconds:0} s", error);
        }
    }
}
