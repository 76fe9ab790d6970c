using System.Net;
using System.Net.Sockets;
using Routing.Sip.Loop;
using Routing.Sip.Messages;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;

namespace Routing.Sip.Stack;

/// <summary>Finds the flow of a destination: numeric hosts at once, names by a look-up whose answer comes back through the loop.</summary>
internal sealed class SipRouter(SipLoop loop, SipStackOptions options, SipCounters counters) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private ISipTransport[] _transports = [];

    /// <summary>Told the flow, or null and why there is none.</summary>
    public delegate void Found(SipFlow? flow, SipTransactionFailure failure);

    public IReadOnlyList<ISipTransport> Transports => Volatile.Read(ref _transports);

    public void Add(ISipTransport transport) => Volatile.Write(ref _transports, [.. _transports, transport]);

    /// <summary>Calls back at once, or later on the loop when a name has to be looked up.</summary>
    public void Find(SipDestination destination, Found found)
    {
        if (destination.Flow is { } flow)
        {
            found(flow, default);
        }
        else if (destination.EndPoint is { } endPoint)
        {
            Report(found, destination.Kind, endPoint);
        }
        else
        {
            FindByUri(destination.Uri!, found);
        }
    }

    public SipFlow? FindFlow(SipTransportKind kind, IPEndPoint remote, IPEndPoint? local)
    {
        ISipTransport? best = null;
        int bestScore = 0;
        foreach (ISipTransport transport in Transports)
        {
            int score = transport.Kind == kind && (local is null || transport.LocalEndPoint.Equals(local)) ? Score(transport, remote) : 0;
            if (score > bestScore)
            {
                best = transport;
                bestScore = score;
            }
        }

        return best?.GetFlow(remote);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    /// <summary>
    /// 0: cannot reach the address. A listening point on loopback reaches loopback only, and is reached from there only. One at all addresses is as good as one at a single address: of both the one that is
    /// listed first counts, so that a further point for a network of its own does not draw off what goes elsewhere.
    /// </summary>
    private static int Score(ISipTransport transport, IPEndPoint remote)
    {
        IPAddress local = transport.LocalEndPoint.Address;
        if (local.AddressFamily != remote.AddressFamily)
        {
            return 0;
        }

        bool isAny = local.Equals(IPAddress.Any) || local.Equals(IPAddress.IPv6Any);
        return isAny ? 3
            : local.Equals(remote.Address) ? 4
            : IPAddress.IsLoopback(local) == IPAddress.IsLoopback(remote.Address) ? 3
            : IPAddress.IsLoopback(local) ? 0
            : 1;
    }

    private void FindByUri(SipUri uri, Found found)
    {
        if (SipTransportKinds.Of(uri) is not { } kind)
        {
            found(null, SipTransactionFailure.NoRoute);
            return;
        }

        int port = uri.Port ?? SipTransportKinds.DefaultPortOf(kind);
        if (IPAddress.TryParse(uri.Host, out IPAddress? address))
        {
            Report(found, kind, new IPEndPoint(address, port));
        }
        else if (counters[SipCounter.ResolutionLive] >= options.ResolutionLimitCount)
        {
            found(null, SipTransactionFailure.LimitReached);
        }
        else
        {
            counters.Add(SipCounter.ResolutionLive);
            _ = ResolveAsync(uri.Host, kind, port, found);
        }
    }

    private async Task ResolveAsync(string host, SipTransportKind kind, int port, Found found)
    {
        IReadOnlyList<IPAddress> addresses = [];
        try
        {
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(options.ResolutionLimitSeconds), loop.Time);
            using CancellationTokenRegistration stop = _stop.Token.Register(limit.Cancel);
            addresses = await options.Resolver.ResolveAsync(host, limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ArgumentException or ObjectDisposedException)
        {
            // No address: the request fails with NoRoute, as when the name does not exist.
        }

        // A full inbox refuses the answer: the transaction then ends with its time-out.
        counters.Add(SipCounter.ResolutionLive, -1);
        loop.TryPost(_ => ReportFirstReachable(found, kind, addresses, port), null);
    }

    private void ReportFirstReachable(Found found, SipTransportKind kind, IReadOnlyList<IPAddress> addresses, int port)
    {
        foreach (IPAddress address in addresses)
        {
            if (FindFlow(kind, new IPEndPoint(address, port), local: null) is { } flow)
            {
                found(flow, default);
                return;
            }
        }

        found(null, SipTransactionFailure.NoRoute);
    }

    private void Report(Found found, SipTransportKind kind, IPEndPoint endPoint) =>
        found(FindFlow(kind, endPoint, local: null), SipTransactionFailure.NoRoute);
}
