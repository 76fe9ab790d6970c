namespace Routing.Mailbox.Postgres;

/// <summary>The database cannot be used as asked: a mistake of whoever started the program, told in one line without any secret (exit code 2).</summary>
public sealed class PostgresStoreException(StoreFailure failure, string message, Exception? inner = null) : StoreException(failure, message, inner);
