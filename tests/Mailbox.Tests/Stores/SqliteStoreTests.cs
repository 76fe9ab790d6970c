using Routing.Mailbox.Tests.Hosts;

namespace Routing.Mailbox.Tests.Stores;

public sealed class SqliteStoreTests() : StoreConformance(StoreFixture.Sqlite);
