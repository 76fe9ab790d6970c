namespace Routing.Mailbox.Tests.Hosts;

public sealed class PostgresHostDeliveryTests() : HostDeliveryConformance(StoreFixture.Postgres);
