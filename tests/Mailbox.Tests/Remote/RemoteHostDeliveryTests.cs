using Routing.Mailbox.Hosting;
using Routing.Mailbox.Remote;
using Routing.Mailbox.Tests.Hosts;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>A host that is reached over links does what one in the same process does.</summary>
public sealed class RemoteHostDeliveryTests() : HostDeliveryConformance(StoreFixture.Memory)
{
    private ManualNetwork? _network;
    private RemoteHost? _remote;

    private ManualNetwork Network => _network ??= new ManualNetwork(Time);

    protected override IDomainHost Edge
    {
        get
        {
            if (_remote is null)
            {
                Network.Listen(Host);
                _remote = new RemoteHost(
                    new RemoteHostOptions { Name = "front", Incarnation = 1, Silos = [ManualNetwork.Silo], Key = ManualNetwork.Key }, Network, Time);
                _remote.Start();
                Run();
            }

            return _remote;
        }
    }

    protected override void Run()
    {
        do
        {
            Host.RunUntilIdle();
        }
        while (Network.Pump());
    }

    protected override void Restart()
    {
        base.Restart();
        if (_remote is not null)
        {
            Network.Listen(Host);
            Network.Cut();
            // The links are dialled again after a moment.
            Time.Advance(new RemoteHostOptions { Name = "", Incarnation = 0, Silos = [], Key = ManualNetwork.Key }.RetryMinMs);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _remote?.Dispose();
        base.Dispose(disposing);
    }
}
