using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Routing.EndToEnd.Live;

/// <summary>
/// Follows the live hub as the page does (SignalR's JSON protocol over WebSocket) and waits for states. Tests wait here instead of asking again and again.
/// </summary>
internal sealed class LiveWatch : IAsyncDisposable
{
    private const char RecordSeparator = '\u001e';

    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(60);

    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, JsonObject> _agents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonObject> _calls = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonObject> _queues = new(StringComparer.Ordinal);
    private readonly List<(Func<bool> Condition, TaskCompletionSource Waiter)> _waiters = [];
    private Task _reading = Task.CompletedTask;
    private Exception? _broken;

    /// <param name="httpAddress">HOST:PORT.</param>
    /// <param name="key">Of the domain to follow; null: the only one, which is open in the demo.</param>
    public static async Task<LiveWatch> ConnectAsync(string httpAddress, string? key = null)
    {
        var watch = new LiveWatch();
        if (key is not null)
        {
            watch._socket.Options.SetRequestHeader("Authorization", "Bearer " + key);
        }

        using var deadline = new CancellationTokenSource(DefaultDeadline);
        await watch._socket.ConnectAsync(new Uri($"ws://{httpAddress}/hubs/live"), deadline.Token);
        await watch.SendAsync("""{"protocol":"json","version":1}""");
        await watch.SendAsync("""{"type":4,"invocationId":"1","target":"Watch","arguments":[]}""");
        watch._reading = Task.Run(watch.ReadAsync);
        return watch;
    }

    /// <summary>Completes when the agent is seen in the state.</summary>
    public Task AgentAsync(string agent, string state, TimeSpan? deadline = null) =>
        UntilAsync($"agent {agent} {state}", () => Text(_agents, agent, "state") == state, deadline);

    /// <summary>Completes when the agent has a phone; when calls wait, the agent may ring or talk by then.</summary>
    public Task RegisteredAsync(string agent) =>
        UntilAsync($"a phone of agent {agent}", () => _agents.TryGetValue(agent, out JsonObject? state) && (int?)state["phones"] > 0, deadline: null);

    /// <summary>Completes with the id of the first call of the caller that is seen in the state.</summary>
    public async Task<string> CallAsync(string ani, string state, TimeSpan? deadline = null)
    {
        string? found = null;
        await UntilAsync($"call of {ani} {state}", () => (found = Find(ani, state)) is not null, deadline);
        return found!;
    }

    /// <summary>Completes when so many calls wait in the queue.</summary>
    public Task WaitingAsync(string queue, int count, TimeSpan? deadline = null) =>
        UntilAsync($"{count} waiting in {queue}", () => _queues.TryGetValue(queue, out JsonObject? state) && (int?)state["waiting"] == count, deadline);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _socket.Dispose();
        _stop.Dispose();
    }

    private static string? Text(Dictionary<string, JsonObject> items, string id, string property) =>
        items.TryGetValue(id, out JsonObject? item) ? (string?)item[property] : null;

    private string? Find(string ani, string state) =>
        _calls.Values.Where(call => (string?)call["ani"] == ani && (string?)call["state"] == state).Select(call => (string?)call["id"]).FirstOrDefault();

    private async Task UntilAsync(string what, Func<bool> condition, TimeSpan? deadline)
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (condition())
            {
                return;
            }

            _waiters.Add((condition, waiter));
        }

        try
        {
            await waiter.Task.WaitAsync(deadline ?? DefaultDeadline);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"not seen: {what}.\n{Describe()}", _broken);
        }
    }

    private string Describe()
    {
        lock (_gate)
        {
            return string.Join('\n', _agents.Values.Concat(_queues.Values).Concat(_calls.Values).Select(item => item.ToJsonString()));
        }
    }

    private Task SendAsync(string message) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(message + RecordSeparator), WebSocketMessageType.Text, endOfMessage: true, _stop.Token);

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[64 * 1024];
        var pending = new MemoryStream();
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult received = await _socket.ReceiveAsync(buffer.AsMemory(), _stop.Token);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                pending.Write(buffer, 0, received.Count);
                if (received.EndOfMessage)
                {
                    Take(Encoding.UTF8.GetString(pending.GetBuffer(), 0, (int)pending.Length));
                    pending.SetLength(0);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The test is over.
        }
        catch (Exception error) when (error is WebSocketException or JsonException)
        {
            // A server that was killed; a waiter's time-out tells it.
            _broken = error;
        }
    }

    private void Take(string records)
    {
        foreach (string record in records.Split(RecordSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            JsonObject message = JsonNode.Parse(record)!.AsObject();
            if ((int?)message["type"] == 2)
            {
                Apply(message["item"]!.AsObject());
            }
        }
    }

    private void Apply(JsonObject frame)
    {
        lock (_gate)
        {
            if ((bool)frame["full"]!)
            {
                _agents.Clear();
                _calls.Clear();
                _queues.Clear();
            }

            Merge(frame["agents"], _agents);
            Merge(frame["calls"], _calls);
            Merge(frame["queues"], _queues);
            _waiters.RemoveAll(entry => entry.Condition() && entry.Waiter.TrySetResult());
        }
    }

    private static void Merge(JsonNode? items, Dictionary<string, JsonObject> into)
    {
        foreach (JsonNode? item in items?.AsArray() ?? [])
        {
            into[(string)item!["id"]!] = item.AsObject();
        }
    }
}
