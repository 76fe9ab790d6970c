using System.Net.Sockets;
using Npgsql;

namespace Routing.Mailbox.Postgres;

/// <summary>Turns SQLSTATEs (https://www.postgresql.org/docs/15/errcodes-appendix.html) and broken connections into typed failures. Messages name server, user and database, never a password.</summary>
internal static class PostgresFailure
{
    /// <summary>Raised by our own function when an epoch is not the stored one.</summary>
    public const string FencedState = "RT001";

    /// <summary>Raised by our own trigger when a program knows only format levels below the one in force.</summary>
    public const string OldLevelState = "RT002";

    /// <summary>Class 08 of SQLSTATEs: the connection.</summary>
    private const string ConnectionClass = "08";

    /// <summary>Class 53: too many connections, no memory, no room.</summary>
    private const string ResourcesClass = "53";

    public static bool IsFailure(Exception exception) =>
        exception is NpgsqlException or TimeoutException or IOException or SocketException or InvalidOperationException or ObjectDisposedException;

    public static StoreFailure Of(Exception exception) => exception is not PostgresException error ? StoreFailure.Io : error.SqlState switch
    {
        FencedState => StoreFailure.Fenced,
        OldLevelState => StoreFailure.TooNew,
        PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure => StoreFailure.Busy,
        PostgresErrorCodes.DiskFull => StoreFailure.Full,
        PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InsufficientPrivilege => StoreFailure.ReadOnly,
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => StoreFailure.Corrupt,
        _ => StoreFailure.Io,
    };

    public static StoreException Exception(Exception exception, PostgresSettings settings) =>
        exception as StoreException ?? new StoreException(Of(exception), Message(exception, settings), exception) { IsPassing = IsPassing(exception, settings) };

    /// <summary>Nobody answers, or a server that starts, ends or is full; with several servers also that none of them is the primary now. A name that is not known may be the name service.</summary>
    private static bool IsPassing(Exception exception, PostgresSettings settings) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow } => true,
        PostgresException error => error.SqlState.StartsWith(ConnectionClass, StringComparison.Ordinal) || error.SqlState.StartsWith(ResourcesClass, StringComparison.Ordinal),
        NpgsqlException { InnerException: AggregateException all } when settings.HasSeveral => all.InnerExceptions.All(one => IsPassing(one, settings)),
        NpgsqlException { InnerException: null } when settings.HasSeveral => true,
        _ => Cause(exception, settings) is not null,
    };

    public static string Message(Exception exception, PostgresSettings settings)
    {
        if (exception is PostgresException error)
        {
            return error.SqlState switch
            {
                PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                    $"PostgreSQL at {settings.Server} does not let user {settings.User} in: {Line(error.MessageText)}",
                PostgresErrorCodes.InvalidCatalogName => $"PostgreSQL at {settings.Server} has no database {settings.Database}",
                PostgresErrorCodes.InsufficientPrivilege =>
                    $"user {settings.User} may not do what is needed in database {settings.Database}, schema {settings.Schema}: {Line(error.MessageText)}",
                OldLevelState => Line(error.MessageText),
                _ => $"PostgreSQL at {settings.Server}: {Line(error.MessageText)} ({error.SqlState})",
            };
        }

        if (settings.HasSeveral && exception is NpgsqlException { InnerException: null or AggregateException })
        {
            // The client has tried them all.
            return $"PostgreSQL at {settings.Server}: none of them is a primary that can be reached{(Cause(exception, settings) is { } last ? $" ({last})" : "")}";
        }

        return Cause(exception, settings) is { } unreachable
            ? $"PostgreSQL at {settings.Server} cannot be reached: {unreachable}"
            : $"PostgreSQL at {settings.Server}: {Line(exception.Message)}";
    }

    private static string? Cause(Exception exception, PostgresSettings settings)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException { SocketErrorCode: SocketError.AddressNotAvailable } when settings.IsLocal:
                    // The system's words for a file that is not there speak of addresses.
                    return "it has no socket there; is it running?";
                case SocketException socket:
                    return Line(socket.Message);
                case TimeoutException:
                    return "no answer in time";
                case EndOfStreamException:
                    return "it ended the connection";
                default:
                    break;
            }
        }

        return exception is NpgsqlException { InnerException: IOException broken } ? Line(broken.Message) : null;
    }

    private static string Line(string text) => text.ReplaceLineEndings(" ").TrimEnd('.');
}
