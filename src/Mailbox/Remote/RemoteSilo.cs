namespace Routing.Mailbox.Remote;

/// <summary>One silo as a client sees it: a link for commands and effects, and another one for reading, so that a large snapshot holds up no call.</summary>
internal sealed class RemoteSilo(RemoteHost host, string address, RemoteHostOptions options, ILinkDialer dialer, TimeProvider time, IMailboxLog log) : IDisposable
{
    public string Address { get; } = address;

    public RemoteConnection Delivery { get; private set; } = null!;

    public RemoteConnection Reading { get; private set; } = null!;

    public void Start()
    {
        Delivery = new RemoteConnection(host, this, "delivery", options, dialer, time, log);
        Reading = new RemoteConnection(host, this, "reading", options, dialer, time, log);
        Delivery.Dial();
        Reading.Dial();
    }

    public void Dispose()
    {
        Delivery?.Dispose();
        Reading?.Dispose();
    }
}
