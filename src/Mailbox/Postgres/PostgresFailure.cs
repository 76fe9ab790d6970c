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
        exception as StoreException ?? new StoreException(Of(exception), Message(exception, settings), exception);

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
            return $"PostgreSQL at {settings.Server}: none of them is a primary that can be reached{(Cause(exception) is { } last ? $" ({last})" : "")}";
        }

        return Cause(exception) is { } unreachable
            ? $"PostgreSQL at {settings.Server} cannot be reached: {unreachable}"
            : $"PostgreSQL at {settings.Server}: {Line(exception.Message)}";
    }

    private static string? Cause(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
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
