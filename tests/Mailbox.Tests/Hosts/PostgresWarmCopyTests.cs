namespace Routing.Mailbox.Tests.Hosts;

public sealed class PostgresWarmCopyTests() : WarmCopyConformance(StoreFixture.Postgres);
