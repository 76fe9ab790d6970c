using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Routing.EndToEnd.Hostile;

/// <summary>A connection that sends any bytes and shows what comes back.</summary>
internal sealed class RawTcp : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public RawTcp(string address, string server)
    {
        _socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        _socket.Connect(IPEndPoint.Parse(server));
    }

    public IPEndPoint Local => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Sends as much as the other side takes; false when it has closed the connection.</summary>
    public bool TrySend(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[_socket.Send(bytes)..];
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public bool TrySend(string text) => TrySend(Encoding.UTF8.GetBytes(text));

    /// <summary>Everything until the other side closes the connection.</summary>
    public async Task<string> ReadToEndAsync()
    {
        StringBuilder text = new();
        while (await ReadAsync() is { Length: > 0 } part)
        {
            text.Append(part);
        }

        return text.ToString();
    }

    /// <summary>What has come; empty when the connection is closed.</summary>
    public async Task<string> ReadAsync()
    {
        byte[] buffer = new byte[65_536];
        using CancellationTokenSource limited = new(Deadline);
        try
        {
            int bytes = await _socket.ReceiveAsync(buffer, SocketFlags.None, limited.Token);
            return Encoding.UTF8.GetString(buffer, 0, bytes);
        }
        catch (SocketException)
        {
            return "";
        }
    }

    public void Dispose() => _socket.Dispose();
}
