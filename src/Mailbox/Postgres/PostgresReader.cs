using Npgsql;
using Routing.Contracts.Engine;

namespace Routing.Mailbox.Postgres;

/// <summary>
/// Reads beside the owners, through a small pool that cannot write. A pooled connection that the server closed meanwhile is noticed only when it is used: reading again on a new one is
/// harmless, so it is done once.
/// </summary>
internal sealed class PostgresReader(PostgresSettings settings) : IStoreReader
{
    private readonly NpgsqlDataSource _pool = NpgsqlDataSource.Create(settings.Reader);

    public StoredRow? ReadRow(int domain, RowKey key) => Read(client => PostgresReads.Row(client, domain, key));

    public void ReadLatestRows(int domain, byte kind, int limitRows, ICollection<StoredRow> found) =>
        Collect<StoredRow>(found, (client, rows) => PostgresReads.LatestRows(client, domain, kind, limitRows, rows));

    public void ReadTurns(int domain, long fromSequence, int limitTurns, ICollection<StoredTurn> found) =>
        Collect<StoredTurn>(found, (client, turns) => PostgresReads.Turns(client, domain, fromSequence, limitTurns, turns));

    public void ReadDeadLetters(int domain, int limit, ICollection<DeadLetter> found) =>
        Collect<DeadLetter>(found, (client, letters) => PostgresReads.Letters(client, domain, limit, letters));

    public void Dispose() => _pool.Dispose();

    private void Collect<T>(ICollection<T> found, Action<NpgsqlConnection, List<T>> read)
    {
        List<T> all = Read(client =>
        {
            List<T> some = [];
            read(client, some);
            return some;
        });
        all.ForEach(found.Add);
    }

    private T Read<T>(Func<NpgsqlConnection, T> read)
    {
        try
        {
            try
            {
                return Once(read);
            }
            catch (NpgsqlException exception) when (exception.IsTransient && exception.InnerException is not TimeoutException)
            {
                return Once(read);
            }
        }
        catch (Exception exception) when (PostgresFailure.IsFailure(exception))
        {
            throw PostgresFailure.Exception(exception, settings);
        }
    }

    private T Once<T>(Func<NpgsqlConnection, T> read)
    {
        using NpgsqlConnection client = _pool.OpenConnection();
        return read(client);
    }
}
