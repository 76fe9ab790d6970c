using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Routing.EndToEnd.Hostile;

/// <summary>A socket that sends any bytes and shows what comes back.</summary>
internal sealed class RawUdp : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly IPEndPoint _server;
    private int _sentinels;

    public RawUdp(string address, string server)
    {
        _server = IPEndPoint.Parse(server);
        _socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        _socket.ReceiveBufferSize = 1 << 20;
    }

    public IPEndPoint Local => (IPEndPoint)_socket.LocalEndPoint!;

    public void Send(ReadOnlySpan<byte> bytes) => _socket.SendTo(bytes, _server);

    public void Send(string text) => Send(Encoding.UTF8.GetBytes(text));

    public async Task<string> ReceiveAsync()
    {
        byte[] buffer = new byte[65_536];
        using CancellationTokenSource limited = new(Deadline);
        int bytes = await _socket.ReceiveAsync(buffer, SocketFlags.None, limited.Token);
        return Encoding.UTF8.GetString(buffer, 0, bytes);
    }

    /// <summary>
    /// Everything that the server says to the bytes until it answers an OPTIONS sent behind them: datagrams are taken in order, so silence shows
    /// without waiting.
    /// </summary>
    public async Task<IReadOnlyList<string>> AnswersAsync(ReadOnlyMemory<byte> bytes)
    {
        Send(bytes.Span);
        string call = $"sentinel-{++_sentinels}";
        Send(HostileText.Request("OPTIONS", Local, call));
        List<string> answers = [];
        while (await ReceiveAsync() is { } answer)
        {
            if (answer.Contains(call, StringComparison.Ordinal))
            {
                break;
            }

            answers.Add(answer);
        }

        return answers;
    }

    public void Dispose() => _socket.Dispose();
}
