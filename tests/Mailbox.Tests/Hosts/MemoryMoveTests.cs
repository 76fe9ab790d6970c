namespace Routing.Mailbox.Tests.Hosts;

public sealed class MemoryMoveTests() : MoveConformance(StoreFixture.Memory);
