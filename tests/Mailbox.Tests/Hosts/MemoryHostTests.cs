namespace Routing.Mailbox.Tests.Hosts;

public sealed class MemoryHostTests() : HostConformance(StoreFixture.Memory);
