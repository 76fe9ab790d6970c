namespace Routing.Silo.Hosting;

/// <summary>What <c>--store</c> says. Not a record, and told without the connection: that may hold a password.</summary>
internal sealed class StoreChoice
{
    private const string PostgresPrefix = "postgres:";

    private StoreChoice(string? postgres) => Postgres = postgres;

    public static StoreChoice Sqlite { get; } = new(null);

    /// <summary>Connection string of the server; null for the embedded store.</summary>
    public string? Postgres { get; }

    /// <exception cref="StartupException">Neither of the two.</exception>
    public static StoreChoice Parse(string text)
    {
        if (text == "sqlite")
        {
            return Sqlite;
        }

        if (text.StartsWith(PostgresPrefix, StringComparison.Ordinal))
        {
            return new StoreChoice(text[PostgresPrefix.Length..]);
        }

        // Only the first word: what follows may be an address with a password in it.
        throw new StartupException($"store: '{text.Split(':', '=', ';', '@')[0]}' is not known; use sqlite or postgres:CONNECTION");
    }

    public override string ToString() => Postgres is null ? "sqlite" : "postgres";
}
