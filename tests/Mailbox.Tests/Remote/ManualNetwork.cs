using System.Net.Sockets;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Remote;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>Links in memory, driven by hand: frames wait until <see cref="Pump"/> brings them, and <see cref="Cut"/> loses what is under way.</summary>
internal sealed class ManualNetwork : ILinkDialer
{
    public const string Silo = "silo-1:1";

    private readonly Queue<(Link Link, byte[] Frame)> _underWay = [];
    private readonly List<Link> _links = [];

    public static ClusterKey Key { get; } = new("a key that all of them know"u8);

    /// <summary>Who listens at <see cref="Silo"/>; null while nobody does.</summary>
    public LocalHost? Host { get; set; }

    /// <summary>The silo's key.</summary>
    public ClusterKey SiloKey { get; set; } = Key;

    public int OpenLinks => _links.Count(link => !link.IsClosed);

    public Task<ILinkChannel> DialAsync(string silo, ILinkHandler handler, CancellationToken cancellationToken)
    {
        if (Host is null)
        {
            return Task.FromException<ILinkChannel>(new SocketException((int)SocketError.ConnectionRefused));
        }

        Link client = new(this, handler);
        Link server = new(this, null) { Other = client };
        client.Other = server;
        LinkSession session = new(Host, "silo-1", SiloKey, server);
        server.Handler = session;
        _links.AddRange([client, server]);
        session.Start();
        return Task.FromResult<ILinkChannel>(client);
    }

    /// <summary>Brings frames, at most so many; true when there were any.</summary>
    public bool Pump(int limit = int.MaxValue)
    {
        bool any = false;
        for (int i = 0; i < limit && _underWay.TryDequeue(out (Link Link, byte[] Frame) next); i++)
        {
            any = true;
            next.Link.Take(next.Frame);
        }

        return any;
    }

    /// <summary>Breaks all links; what is under way is lost.</summary>
    public void Cut()
    {
        _underWay.Clear();
        foreach (Link link in _links.ToArray())
        {
            link.Break("cut");
        }

        _links.Clear();
    }

    /// <summary>One end.</summary>
    private sealed class Link(ManualNetwork network, ILinkHandler? handler) : ILinkChannel
    {
        public string Peer => "memory";

        public ILinkHandler? Handler { get; set; } = handler;

        public Link Other { get; set; } = null!;

        public bool IsClosed { get; private set; }

        public void Trust()
        {
        }

        public bool Send(ReadOnlySpan<byte> frame)
        {
            if (IsClosed)
            {
                return false;
            }

            network._underWay.Enqueue((Other, frame.ToArray()));
            return true;
        }

        public void Take(byte[] frame)
        {
            if (IsClosed)
            {
                return;
            }

            try
            {
                Handler!.OnFrame(frame);
            }
            catch (LinkProtocolException exception)
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
