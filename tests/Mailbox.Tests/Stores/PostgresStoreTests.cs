using Routing.Mailbox.Tests.Hosts;

namespace Routing.Mailbox.Tests.Stores;

public sealed class PostgresStoreTests() : StoreConformance(StoreFixture.Postgres);
