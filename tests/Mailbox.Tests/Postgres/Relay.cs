using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Routing.Mailbox.Tests.Postgres;

/// <summary>
/// Stands between a client and the server: a wire that can be cut, or a pooler, which passes everything on but gives key data of its own (BackendKeyData, https://www.postgresql.org/docs/15/protocol-message-formats.html).
/// </summary>
internal sealed class Relay : IDisposable
{
    private const byte BackendKeyData = (byte)'K';
    private const byte ReadyForQuery = (byte)'Z';

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<TcpClient> _ends = [];
    private readonly int _serverPort;
    private readonly bool _isPooler;

    public Relay(int serverPort, bool isPooler)
    {
        (_serverPort, _isPooler) = (serverPort, isPooler);
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Nothing goes through any more, in any direction.</summary>
    public void Dispose()
    {
        _listener.Dispose();
        foreach (TcpClient end in _ends)
        {
            end.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync();
                TcpClient server = new();
                _ends.Add(client);
                _ends.Add(server);
                await server.ConnectAsync(IPAddress.Loopback, _serverPort);
                _ = PassOnAsync(client, server, isAnswer: false);
                _ = PassOnAsync(server, client, _isPooler);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
            return;
        }
    }

    private static async Task PassOnAsync(TcpClient from, TcpClient to, bool isAnswer)
    {
        try
        {
            if (isAnswer)
            {
                await ChangeKeyAsync(from.GetStream(), to.GetStream());
            }

            await from.GetStream().CopyToAsync(to.GetStream());
            to.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One of them is gone.
            return;
        }
    }

    private static async Task ChangeKeyAsync(NetworkStream server, NetworkStream client)
    {
        byte type;
        do
        {
            byte[] head = new byte[5];
            await server.ReadExactlyAsync(head);
            byte[] body = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1)) - sizeof(int)];
            await server.ReadExactlyAsync(body);
            type = head[0];
            if (type == BackendKeyData)
            {
                body[3] ^= 1;
            }

            await client.WriteAsync(head);
            await client.WriteAsync(body);
        }
        while (type != ReadyForQuery);
    }
}
