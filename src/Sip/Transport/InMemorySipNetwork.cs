using System.Net;
using Routing.Sip.Loop;

namespace Routing.Sip.Transport;

/// <summary>
/// A network for tests and simulation: transports attached to it exchange messages as bytes, written and parsed as on a real wire, with
/// loss, duplication and delay drawn from a seeded source. All transports belong to one <see cref="SipLoop"/>, so that a run is a function
/// of the seed. UDP suffers all faults; connection-oriented kinds are delayed only, in order.
/// </summary>
public sealed class InMemorySipNetwork
{
    private const int PercentBound = 100;

    private readonly Random _random;
    private readonly Dictionary<(SipTransportKind Kind, IPEndPoint EndPoint), InMemorySipTransport> _transports = [];
    private long _lastConnectionId;

    /// <param name="loop">The loop on which everything happens.</param>
    /// <param name="random">Seeded by the test.</param>
    public InMemorySipNetwork(SipLoop loop, Random random)
    {
        Loop = loop;
        _random = random;
    }

    /// <summary>Share of datagrams that never arrive, 0–100.</summary>
    public int LossPercent { get; set; }

    /// <summary>Share of datagrams that arrive twice, 0–100.</summary>
    public int DuplicationPercent { get; set; }

    /// <summary>Longest delay; each message gets a random one up to it, so datagrams overtake one another. Zero: at once, in order.</summary>
    public TimeSpan DelayLimit { get; set; }

    /// <summary>Sees every message given to the network, before anything happens to it: sender, receiver, bytes. False drops it.</summary>
    public Func<SipFlow, ReadOnlyMemory<byte>, bool>? Filter { get; set; }

    /// <summary>Sends for which this is true fail at the sender, which is told so at once: the system knows no way there.</summary>
    public Predicate<SipFlow>? IsUnreachable { get; set; }

    /// <summary>Messages on their way now.</summary>
    public int InFlightCount { get; private set; }

    internal SipLoop Loop { get; }

    /// <summary>Adds a transport with this address.</summary>
    /// <exception cref="ArgumentException">The address is taken.</exception>
    public InMemorySipTransport Attach(SipTransportKind kind, IPEndPoint endPoint)
    {
        InMemorySipTransport transport = new(this, kind, endPoint);
        _transports.Add((kind, endPoint), transport);
        return transport;
    }

    internal void Detach(InMemorySipTransport transport) => _transports.Remove((transport.Kind, transport.LocalEndPoint));

    internal bool TryFind(SipTransportKind kind, IPEndPoint endPoint, out InMemorySipTransport? transport) =>
        _transports.TryGetValue((kind, endPoint), out transport);

    internal long NextConnectionId() => ++_lastConnectionId;

    internal void Transmit(SipFlow flow, ReadOnlyMemory<byte> message)
    {
        if (Filter is { } filter && !filter(flow, message))
        {
            return;
        }

        bool mayFail = !flow.IsReliable;
        if (mayFail && _random.Next(PercentBound) < LossPercent)
        {
            return;
        }

        Deliver(flow, message);
        if (mayFail && _random.Next(PercentBound) < DuplicationPercent)
        {
            Deliver(flow, message);
        }
    }

    /// <summary>Runs after the network's delay, in the order of the calls when there is none.</summary>
    internal void AfterDelay(SipFlow flow, Action action)
    {
        TimeSpan delay = flow.IsReliable ? DelayLimit : TimeSpan.FromTicks(_random.NextInt64(DelayLimit.Ticks + 1));
        InFlightCount++;
        SipTimer timer = Loop.CreateTimer(
            _ =>
            {
                InFlightCount--;
                action();
            },
            null);
        timer.Start(delay);
    }

    private void Deliver(SipFlow flow, ReadOnlyMemory<byte> message) => AfterDelay(flow, () =>
    {
        if (TryFind(flow.Kind, flow.Remote, out InMemorySipTransport? receiver))
        {
            receiver!.Receive(flow, message.Span);
        }
    });
}
