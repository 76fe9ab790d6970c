namespace Routing.Mailbox.Tests.Hosts;

public sealed class SqliteHostDeliveryTests() : HostDeliveryConformance(StoreFixture.Sqlite);
