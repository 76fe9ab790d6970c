using System.Data;
using System.Globalization;
using Npgsql;

namespace Routing.Mailbox.Postgres;

/// <summary>
/// One unpooled connection, opened once and never again: when it breaks, what was tied to it (locks, an open transaction) is gone, and whoever used it begins anew. Used by one
/// thread at a time.
/// </summary>
internal sealed class PostgresConnection : IDisposable
{
    private readonly PostgresSettings _settings;
    private readonly NpgsqlConnection _connection;

    private PostgresConnection(NpgsqlConnection connection, PostgresSettings settings, PostgresSession session)
    {
        (_connection, _settings, Session) = (connection, settings, session);
        connection.Notice += (_, arguments) => Notice ??= arguments.Notice.MessageText;
        connection.Notification += (_, _) => IsHinted = true;
    }

    public NpgsqlConnection Client => _connection;

    public PostgresSession Session { get; }

    /// <summary>It is known to work no more, or what it does is in doubt.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The first notice or warning since <see cref="ClearNotice"/>. A server that gives up waiting for its standbys says so in a warning only, and then reports success.</summary>
    public string? Notice { get; private set; }

    /// <summary>A notification came since <see cref="ClearHint"/>, perhaps with the answer to a statement, where nobody waited for one.</summary>
    public bool IsHinted { get; private set; }

    /// <param name="connection">The connection string.</param>
    /// <param name="settings">For messages.</param>
    /// <param name="options">For the stand-in of the server's clock.</param>
    /// <param name="time">Compared with that clock.</param>
    /// <exception cref="PostgresStoreException">The server is there, and is none that can be used.</exception>
    /// <exception cref="StoreException">The server cannot be reached or refuses.</exception>
    public static PostgresConnection Open(string connection, PostgresSettings settings, PostgresStoreOptions options, TimeProvider time)
    {
        NpgsqlConnection client = new(connection);
        try
        {
            client.Open();
            PostgresSession session = Ask(client, options, time);
            if (session.Refusal() is { } refusal)
            {
                throw new PostgresStoreException(refusal.Failure, $"the server at {settings.Server} {refusal.Message}") { IsPassing = session.IsStandby };
            }

            if (session.SynchronousCommit is "off" or "local")
            {
                using NpgsqlCommand set = new("SET synchronous_commit = on", client);
                set.ExecuteNonQuery();
            }

            return new PostgresConnection(client, settings, session);
        }
        catch (PostgresException exception) when (exception is { SqlState: PostgresErrorCodes.UndefinedObject, Severity: "FATAL" })
        {
            client.Dispose();
            throw new PostgresStoreException(
                StoreFailure.Io, $"the server at {settings.Server} is older than PostgreSQL {PostgresSession.LeastVersionNumber / 10_000}, or a pooler: {exception.MessageText}", exception);
        }
        catch (Exception exception) when (PostgresFailure.IsFailure(exception) || exception is StoreException)
        {
            client.Dispose();
            throw PostgresFailure.Exception(exception, settings);
        }
    }

    public void ClearNotice() => Notice = null;

    public void ClearHint() => IsHinted = false;

    /// <summary>Runs work on the connection; what the client throws becomes a <see cref="StoreException"/>, and the connection is not used again.</summary>
    public T Use<T>(Func<NpgsqlConnection, T> work)
    {
        if (IsBroken)
        {
            throw new StoreException(StoreFailure.Closed, "The connection is over.");
        }

        try
        {
            return work(_connection);
        }
        catch (Exception exception) when (PostgresFailure.IsFailure(exception))
        {
            IsBroken = true;
            throw PostgresFailure.Exception(exception, _settings);
        }
    }

    /// <summary>As <see cref="Use{T}"/>, for work that is one transaction or none: when a lock was not to be had in time, all of it was undone and the connection, with what it holds, goes on.</summary>
    public T UseUnlessBusy<T>(Func<NpgsqlConnection, T> work)
    {
        StoreException? busy = null;
        T? done = Use(client =>
        {
            try
            {
                return work(client);
            }
            catch (PostgresException exception) when (PostgresFailure.Of(exception) == StoreFailure.Busy && client.State == ConnectionState.Open)
            {
                busy = PostgresFailure.Exception(exception, _settings);
                return default;
            }
        });
        return busy is null ? done! : throw busy;
    }

    /// <summary>Whatever it did is in doubt: not to be used again.</summary>
    public void Break() => IsBroken = true;

    public bool IsOpen => !IsBroken && _connection.State == ConnectionState.Open;

    public void Dispose()
    {
        IsBroken = true;
        _connection.Dispose();
    }

    private static PostgresSession Ask(NpgsqlConnection client, PostgresStoreOptions options, TimeProvider time)
    {
        // The timeline of the log that is written now: the control file would say the former one until the first checkpoint after a promotion. The name of a log file begins with it.
        using NpgsqlCommand ask = new(
            """
            SELECT pg_backend_pid(), (SELECT (extract(epoch FROM backend_start) * 1000000)::bigint FROM pg_stat_get_activity(pg_backend_pid())),
                current_setting('server_version_num')::int, pg_is_in_recovery(), current_setting('transaction_read_only')::bool,
                coalesce(current_setting('client_connection_check_interval', true), ''), current_setting('synchronous_commit'),
                (extract(epoch FROM clock_timestamp()) * 1000)::bigint, coalesce(current_setting('synchronous_standby_names', true), ''),
                CASE WHEN pg_is_in_recovery() THEN '0' ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END
            """,
            client);
        long started = time.GetTimestamp();
        using NpgsqlDataReader answer = ask.ExecuteReader();
        answer.Read();
        long clockMs = options.ServerClock?.GetUtcNow().ToUnixTimeMilliseconds() ?? answer.GetInt64(7);
        return new PostgresSession(
            client.ProcessID,
            answer.GetInt32(0),
            answer.IsDBNull(1) ? 0 : answer.GetInt64(1),
            answer.GetInt32(2),
            answer.GetBoolean(3),
            answer.GetBoolean(4),
            answer.GetString(5),
            answer.GetString(6),
            clockMs)
        {
            StandbyNames = answer.GetString(8),
            Timeline = long.Parse(answer.GetString(9), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            Clock = (time.GetUtcNow().ToUnixTimeMilliseconds() - clockMs, time.GetElapsedTime(started).TotalMilliseconds),
        };
    }
}
