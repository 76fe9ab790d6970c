using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Routing.Gateway.Tests.Hubs;

/// <summary>The SignalR JSON protocol over a plain WebSocket: as little of it as the hub's tests need.</summary>
internal sealed class HubClient : IDisposable
{
    private const char Separator = '\u001e';

    private readonly ClientWebSocket _socket = new();
    private readonly Queue<string> _received = [];
    private string _rest = string.Empty;

    public void SetHeader(string name, string value) => _socket.Options.SetRequestHeader(name, value);

    /// <summary>Connects without negotiation and shakes hands.</summary>
    public async Task ConnectAsync(Uri server, string query = "")
    {
        UriBuilder address = new(server) { Scheme = "ws", Path = "/hubs/live", Query = query };
        await _socket.ConnectAsync(address.Uri, CancellationToken.None);
        await SendAsync("""{"protocol":"json","version":1}""");
        string handshake = await ReceiveAsync();
        if (handshake != "{}")
        {
            throw new InvalidOperationException(handshake);
        }
    }

    public Task WatchAsync() => SendAsync("""{"type":4,"invocationId":"1","target":"Watch","arguments":[]}""");

    public Task SendAsync(string message) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(message + Separator), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    /// <summary>The next message that is not a ping.</summary>
    public async Task<JsonElement> NextAsync()
    {
        while (true)
        {
            JsonElement message = JsonDocument.Parse(await ReceiveAsync()).RootElement;
            if (message.GetProperty("type").GetInt32() != 6)
            {
                return message;
            }
        }
    }

    /// <summary>The next frame of the stream.</summary>
    public async Task<JsonElement> FrameAsync()
    {
        JsonElement message = await NextAsync();
        return message.GetProperty("type").GetInt32() == 2 ? message.GetProperty("item") : throw new InvalidOperationException(message.ToString());
    }

    public void Dispose() => _socket.Dispose();

    private async Task<string> ReceiveAsync()
    {
        byte[] buffer = new byte[64 * 1024];
        while (_received.Count == 0)
        {
            WebSocketReceiveResult result = await _socket.ReceiveAsync(buffer, CancellationToken.None);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                throw new WebSocketException("Closed by the server");
            }

            string[] parts = (_rest + Encoding.UTF8.GetString(buffer, 0, result.Count)).Split(Separator);
            _rest = parts[^1];
            foreach (string part in parts[..^1])
            {
                _received.Enqueue(part);
            }
        }

        return _received.Dequeue();
    }
}
