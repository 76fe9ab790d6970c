namespace Routing.Mailbox.Tests.Hosts;

public sealed class PostgresHostTests() : HostConformance(StoreFixture.Postgres);
