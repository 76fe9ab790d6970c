namespace Routing.Mailbox.Remote;

/// <summary>One silo as a client sees it: a link for commands and effects, and another one for reading, so that a large snapshot holds up no call.</summary>
internal sealed class RemoteSilo : IDisposable
{
    public RemoteSilo(RemoteHost host, RemoteSilos silos, string address, RemoteHostOptions options, ILinkDialer dialer, TimeProvider time, IMailboxLog log)
    {
        Address = address;
        Delivery = new RemoteConnection(host, silos, this, "delivery", options, dialer, time, log);
        Reading = new RemoteConnection(host, silos, this, "reading", options, dialer, time, log);
    }

    public string Address { get; }

    public RemoteConnection Delivery { get; }

    public RemoteConnection Reading { get; }

    public IEnumerable<RemoteConnection> Links => [Delivery, Reading];

    /// <summary>Of the life of the silo that was reached last. The host's lock guards it, and <see cref="Claims"/>.</summary>
    public string Instance { get; set; } = string.Empty;

    /// <summary>Links that are open and proved.</summary>
    public int Claims { get; set; }

    public void Start()
    {
        Delivery.Dial();
        Reading.Dial();
    }

    public void Dispose()
    {
        Delivery.Dispose();
        Reading.Dispose();
    }
}
