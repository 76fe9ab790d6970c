using System.Net.Sockets;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Remote;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>Links in memory, driven by hand: frames wait until <see cref="Pump"/> brings them, and <see cref="Cut(string)"/> loses what is under way.</summary>
internal sealed class ManualNetwork(TimeProvider time) : ILinkDialer
{
    public const string Silo = "silo-1:1";

    private readonly LinkedList<(Link Link, byte[] Frame)> _underWay = [];
    private readonly Dictionary<string, LinkSilo> _listening = new(StringComparer.Ordinal);
    private readonly List<Link> _links = [];

    public static ClusterKey Key { get; } = new("a key that all of them know"u8);

    /// <summary>The key of silos that listen from now on.</summary>
    public ClusterKey SiloKey { get; set; } = Key;

    /// <summary>Makes of a frame what another release would have sent.</summary>
    public Func<byte[], byte[]> AsSent { get; set; } = static frame => frame;

    public int OpenLinks => _links.Count(link => !link.IsClosed);

    /// <summary>Frames that one side may have waiting before it has no room; only <see cref="ILinkChannel.HasRoom"/> knows of it.</summary>
    public int RoomFrames { get; set; } = int.MaxValue;

    /// <summary>Nobody else listened at that address before, or it ends. Under two addresses a silo is the same when it is given as <paramref name="same"/>.</summary>
    public LinkSilo Listen(LocalHost host, string address = Silo, LinkSilo? same = null) =>
        _listening[address] = same ?? new LinkSilo(host, address.Split(':')[0], SiloKey, time);

    public void Deafen(string address = Silo) => _listening.Remove(address);

    public Task<ILinkChannel> DialAsync(string silo, ILinkHandler handler, CancellationToken cancellationToken)
    {
        if (!_listening.TryGetValue(silo, out LinkSilo? listening))
        {
            return Task.FromException<ILinkChannel>(new SocketException((int)SocketError.ConnectionRefused));
        }

        Link client = new(this, silo, handler);
        Link server = new(this, silo, null) { Other = client };
        client.Other = server;
        LinkSession session = new(listening, server);
        server.Handler = session;
        _links.AddRange([client, server]);
        session.Start();
        return Task.FromResult<ILinkChannel>(client);
    }

    /// <summary>Brings frames, at most so many; true when there were any.</summary>
    public bool Pump(int limit = int.MaxValue)
    {
        bool any = false;
        for (int i = 0; i < limit && _underWay.First is { } next; i++)
        {
            any = true;
            _underWay.Remove(next);
            next.Value.Link.Take(next.Value.Frame);
        }

        return any;
    }

    /// <summary>Brings frames of links drawn at random: some links are slower than others, each keeps its order.</summary>
    public void PumpSome(Random random, int limit)
    {
        for (int i = 0; i < limit && _underWay.Count > 0; i++)
        {
            Link drawn = _underWay.ElementAt(random.Next(_underWay.Count)).Link;
            LinkedListNode<(Link Link, byte[] Frame)> next = _underWay.First!;
            while (next.Value.Link != drawn)
            {
                next = next.Next!;
            }

            _underWay.Remove(next);
            drawn.Take(next.Value.Frame);
        }
    }

    /// <summary>Breaks all links to an address; what is under way there is lost.</summary>
    public void Cut(string address = Silo)
    {
        Link[] links = [.. _links.Where(link => link.Address == address)];
        (Link Link, byte[] Frame)[] kept = [.. _underWay.Where(one => one.Link.Address != address)];
        _underWay.Clear();
        Array.ForEach(kept, one => _underWay.AddLast(one));
        Array.ForEach(links, link => link.Break("cut"));
        _links.RemoveAll(link => link.Address == address);
    }

    /// <summary>What clients say is not heard from now on: to silos they seem frozen, until they say something again.</summary>
    public void Silence(int forMs) => _links.ForEach(link => link.SilentMs = forMs);

    /// <summary>One end.</summary>
    private sealed class Link(ManualNetwork network, string address, ILinkHandler? handler) : ILinkChannel
    {
        private bool _isEnding;

        public string Address => address;

        public string Peer => "memory";

        public int SilentMs { get; set; }

        public int QueuedBytes => network._underWay.Where(one => one.Link == Other).Sum(one => one.Frame.Length);

        public bool HasRoom => !IsClosed && network._underWay.Count(one => one.Link == Other) <= network.RoomFrames;

        public ILinkHandler? Handler { get; set; } = handler;

        public Link Other { get; set; } = null!;

        public bool IsClosed { get; private set; }

        public Task RoomAsync() => Task.CompletedTask;

        public void Trust()
        {
        }

        public bool Send(ReadOnlySpan<byte> frame)
        {
            if (IsClosed || _isEnding)
            {
                return false;
            }

            network._underWay.AddLast((Other, network.AsSent(frame.ToArray())));
            return true;
        }

        public void End()
        {
            _isEnding = true;
            network._underWay.AddLast((Other, []));
        }

        public void Take(byte[] frame)
        {
            if (IsClosed)
            {
                return;
            }

            if (frame.Length == 0)
            {
                Break("closed there");
                return;
            }

            SilentMs = 0;
            try
            {
                Handler!.OnFrame(frame);
            }
            catch (Exception exception) when (exception is LinkProtocolException or LinkRefusedException)
            {
                Break(exception.Message);
            }
        }

        public void Dispose() => Break("closed here");

        public void Break(string reason)
        {
            if (!IsClosed)
            {
                IsClosed = true;
                Handler?.OnClosed(reason);
                Other.Break("closed there");
            }
        }
    }
}
