using Routing.Mailbox.Hosting;
using Routing.Mailbox.Remote;
using Routing.Mailbox.Tests.Hosts;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>A host that is reached over links does what one in the same process does.</summary>
public sealed class RemoteHostDeliveryTests() : HostDeliveryConformance(StoreFixture.Memory)
{
    private readonly ManualNetwork _network = new();
    private RemoteHost? _remote;

    protected override IDomainHost Edge
    {
        get
        {
            if (_remote is null)
            {
                _network.Host = Host;
                _remote = new RemoteHost(
                    new RemoteHostOptions { Name = "front", Incarnation = 1, Silos = [ManualNetwork.Silo], Key = ManualNetwork.Key }, _network, Time);
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
        while (_network.Pump());
    }

    protected override void Restart()
    {
        base.Restart();
        if (_remote is not null)
        {
            _network.Host = Host;
            _network.Cut();
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
