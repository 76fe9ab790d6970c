using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Routing.Gateway.Api;
using Routing.Sip.Transport;

namespace Routing.Gateway.Sessions;

/// <summary>
/// Limits the HTTP connections of one source, so that one cannot take all that the server has. Those above are closed at once and counted.
/// On loopback there is no limit but the server's own: a proxy there stands for many.
/// </summary>
public sealed class ConnectionGate(IOptions<RoutingWebOptions> options, WebCounters counters)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _open = [];

    /// <summary>Sources with open connections.</summary>
    public int SourcesCount
    {
        get
        {
            lock (_gate)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>For Kestrel's pipeline of a listening point.</summary>
    public async Task InvokeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.RemoteEndPoint is not IPEndPoint remote || IPAddress.IsLoopback(remote.Address))
        {
            await next(connection);
            return;
        }

        IPAddress source = SourceAddress.Of(remote.Address);
        if (!TryOpen(source))
        {
            counters.ConnectionRefused();
            connection.Abort(new ConnectionAbortedException("Too many connections of one source."));
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Close(source);
        }
    }

    internal bool TryOpen(IPAddress source)
    {
        lock (_gate)
        {
            int open = _open.GetValueOrDefault(source);
            if (open >= options.Value.MaxConnectionsPerSourceCount)
            {
                return false;
            }

            _open[source] = open + 1;
            return true;
        }
    }

    internal void Close(IPAddress source)
    {
        lock (_gate)
        {
            int left = _open[source] - 1;
            _ = left == 0 ? _open.Remove(source) : (_open[source] = left) > 0;
        }
    }
}
