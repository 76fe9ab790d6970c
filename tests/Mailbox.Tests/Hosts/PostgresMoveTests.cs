namespace Routing.Mailbox.Tests.Hosts;

public sealed class PostgresMoveTests() : MoveConformance(StoreFixture.Postgres);
