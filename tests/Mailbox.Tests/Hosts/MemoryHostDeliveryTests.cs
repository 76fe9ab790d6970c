namespace Routing.Mailbox.Tests.Hosts;

public sealed class MemoryHostDeliveryTests() : HostDeliveryConformance(StoreFixture.Memory);
