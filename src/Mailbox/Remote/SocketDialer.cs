using System.Net;
using System.Net.Sockets;

namespace Routing.Mailbox.Remote;

/// <summary>Opens TCP connections to silos named HOST:PORT.</summary>
public sealed class SocketDialer(SocketChannelOptions? options = null) : ILinkDialer
{
    private readonly SocketChannelOptions _options = options ?? new SocketChannelOptions();

    public async Task<ILinkChannel> DialAsync(string silo, ILinkHandler handler, CancellationToken cancellationToken)
    {
        (string host, int port) = Split(silo);
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limited.CancelAfter(_options.ConnectLimitMs);
            EndPoint address = IPAddress.TryParse(host, out IPAddress? ip) ? new IPEndPoint(ip, port) : new DnsEndPoint(host, port);
            await socket.ConnectAsync(address, limited.Token).ConfigureAwait(false);
            SocketChannel channel = new(socket, _options);
            channel.Start(handler);
            return channel;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <exception cref="FormatException">Not HOST:PORT.</exception>
    internal static (string Host, int Port) Split(string silo)
    {
        int colon = silo.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(silo.AsSpan(colon + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out ushort port)
            ? (silo[..colon].Trim('[', ']'), port)
            : throw new FormatException($"'{silo}' is not HOST:PORT.");
    }
}
