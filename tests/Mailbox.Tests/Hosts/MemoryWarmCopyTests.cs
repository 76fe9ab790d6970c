namespace Routing.Mailbox.Tests.Hosts;

public sealed class MemoryWarmCopyTests() : WarmCopyConformance(StoreFixture.Memory);
