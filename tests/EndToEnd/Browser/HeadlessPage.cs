using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Routing.EndToEnd.Processes;

namespace Routing.EndToEnd.Browser;

/// <summary>A page in a real browser without a window, driven over the browser's own protocol (Chrome DevTools Protocol).</summary>
internal sealed class HeadlessPage : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private readonly ChildProcess _browser;
    private readonly DirectoryInfo _profile;
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonObject>> _pending = new();
    private readonly ConcurrentQueue<string> _problems = new();
    private readonly SemaphoreSlim _sending = new(1);
    private Task _reading = Task.CompletedTask;
    private string _session = "";
    private int _lastId;

    private HeadlessPage(ChildProcess browser, DirectoryInfo profile)
    {
        _browser = browser;
        _profile = profile;
    }

    /// <summary>Exceptions and errors that the page wrote to its console.</summary>
    public IReadOnlyCollection<string> Problems => _problems;

    public static async Task<HeadlessPage> OpenAsync(string url)
    {
        DirectoryInfo profile = Directory.CreateTempSubdirectory("routing-browser-");
        string[] arguments =
        [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", "--user-data-dir=" + profile.FullName, "--no-first-run", "--disable-quic",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-dev-shm-usage", "about:blank",
        ];
        var page = new HeadlessPage(ChildProcess.Start("chromium", arguments, profile.FullName), profile);
        try
        {
            const string Announcement = "DevTools listening on ";
            string line = await page._browser.ErrorLineAsync(Announcement, Deadline);
            await page._socket.ConnectAsync(new Uri(line[(line.IndexOf(Announcement, StringComparison.Ordinal) + Announcement.Length)..].Trim()), page._stop.Token);
            page._reading = Task.Run(page.ReadAsync);
            string target = (string)(await page.SendAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" }))["targetId"]!;
            page._session = (string)(await page.SendAsync("Target.attachToTarget", new JsonObject { ["targetId"] = target, ["flatten"] = true }))["sessionId"]!;
            await page.SendAsync("Runtime.enable", []);
            await page.SendAsync("Log.enable", []);
            await page.SendAsync("Page.enable", []);
            await page.SendAsync("Page.navigate", new JsonObject { ["url"] = url });
            return page;
        }
        catch
        {
            await page.DisposeAsync();
            throw;
        }
    }

    /// <summary>Completes once a JavaScript expression is true; it is looked at whenever the page changes.</summary>
    public async Task UntilAsync(string expression)
    {
        string script = $$"""
            new Promise(done => {
              const check = () => { try { return Boolean({{expression}}); } catch { return false; } };
              if (check()) { done(true); return; }
              const observer = new MutationObserver(() => { if (check()) { observer.disconnect(); done(true); } });
              observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
            })
            """;
        try
        {
            await EvaluateAsync(script);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"the page never had: {expression}\n{string.Join('\n', Problems)}\n{await TextAsync()}");
        }
    }

    /// <summary>Clicks the first element that a selector finds, once there is one.</summary>
    public async Task ClickAsync(string selector)
    {
        await UntilAsync($"document.querySelector(\"{selector}\") !== null");
        await EvaluateAsync($"document.querySelector(\"{selector}\").click()");
    }

    /// <summary>What a reader of the page sees.</summary>
    public async Task<string> TextAsync() => (string?)await EvaluateAsync("document.body ? document.body.innerText : ''") ?? "";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _socket.Dispose();
        await _browser.DisposeAsync();
        _stop.Dispose();
        _sending.Dispose();
        _profile.Delete(recursive: true);
    }

    private async Task<JsonNode?> EvaluateAsync(string script)
    {
        // A navigation throws the script away together with its page; the next page is asked again.
        while (true)
        {
            try
            {
                JsonObject result = await SendAsync("Runtime.evaluate", new JsonObject { ["expression"] = script, ["awaitPromise"] = true, ["returnByValue"] = true });
                return result["result"]?["value"]?.DeepClone();
            }
            catch (InvalidOperationException error) when (error.Message.Contains("navigated", StringComparison.Ordinal) || error.Message.Contains("destroyed", StringComparison.Ordinal))
            {
                continue;
            }
        }
    }

    private async Task<JsonObject> SendAsync(string method, JsonObject parameters)
    {
        int id = Interlocked.Increment(ref _lastId);
        var reply = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[id] = reply;
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (_session.Length > 0)
        {
            message["sessionId"] = _session;
        }

        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, _stop.Token);
        }
        finally
        {
            _sending.Release();
        }

        JsonObject answer = await reply.Task.WaitAsync(Deadline);
        return answer["error"] is { } error
            ? throw new InvalidOperationException($"{method}: {error.ToJsonString()}")
            : answer["result"]!.AsObject();
    }

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[64 * 1024];
        var text = new MemoryStream();
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult received = await _socket.ReceiveAsync(buffer.AsMemory(), _stop.Token);
                text.Write(buffer, 0, received.Count);
                if (received.EndOfMessage)
                {
                    Take(JsonNode.Parse(Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length))!.AsObject());
                    text.SetLength(0);
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException)
        {
            // The test or the browser is over; whoever waits for an answer is told by its deadline.
        }
    }

    private void Take(JsonObject message)
    {
        if ((int?)message["id"] is { } id && _pending.TryRemove(id, out TaskCompletionSource<JsonObject>? reply))
        {
            reply.TrySetResult(message);
            return;
        }

        bool isProblem = (string?)message["method"] switch
        {
            "Runtime.exceptionThrown" => true,
            "Log.entryAdded" => (string?)message["params"]?["entry"]?["level"] == "error",
            _ => false,
        };
        if (isProblem)
        {
            _problems.Enqueue(message.ToJsonString());
        }
    }
}
