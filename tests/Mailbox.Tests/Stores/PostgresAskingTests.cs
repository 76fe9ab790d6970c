using Routing.Mailbox.Postgres;
using Routing.TestKit.Postgres;
using Xunit;

namespace Routing.Mailbox.Tests.Stores;

/// <summary>Whoever only asks about a cluster changes nothing in its database.</summary>
public sealed class PostgresAskingTests
{
    [Fact]
    public void Asking_makes_no_tables_where_there_are_none_and_reads_them_where_they_are()
    {
        string connection = PostgresServer.Shared.Connection + PostgresServer.NewSchema();

        PostgresStoreException refusal = Assert.Throws<PostgresStoreException>(() => PostgresStore.OpenAsIs(connection, TimeProvider.System));
        Assert.Contains("has no tables yet; the first silo makes them", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<PostgresStoreException>(() => PostgresStore.OpenAsIs(connection, TimeProvider.System));

        using PostgresStore made = PostgresStore.Open(connection, TimeProvider.System);
        using PostgresStore asking = PostgresStore.OpenAsIs(connection, TimeProvider.System);
        Assert.Empty(new PostgresCluster(asking).Read().Silos);
    }
}
