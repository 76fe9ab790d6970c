namespace Routing.Mailbox.Tests.Hosts;

public sealed class SqliteHostTests() : HostConformance(StoreFixture.Sqlite);
