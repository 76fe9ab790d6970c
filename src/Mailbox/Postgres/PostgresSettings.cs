using System.Text.RegularExpressions;
using Npgsql;

namespace Routing.Mailbox.Postgres;

/// <summary>
/// What is made of the user's connection string. Owners get a connection of their own that is neither pooled nor multiplexed (a pooled one keeps its locks after Dispose, and commits
/// go where the lock is not), that cancels nothing (a COMMIT that was cancelled while it waits for a standby reports success) and whose server looks
/// every 100 ms whether the client is still there, so that the locks of a killed owner are free at once.
/// </summary>
internal sealed partial class PostgresSettings
{
    public const int CheckIntervalMs = 100;

    private const string DefaultSchema = "routing";
    private const int DefaultPort = 5432;

    /// <summary>A host that vanished without a word is given up by its server after about idle + interval × count = 11 s.</summary>
    private const int KeepAliveIdleSeconds = 5;
    private const int KeepAliveIntervalSeconds = 2;
    private const int KeepAliveProbes = 3;

    /// <summary>
    /// Plans are made once and by index: these sessions only ever touch single rows by key, and statistics of an empty table would say otherwise. Time-outs of roles or databases
    /// must not end a session that holds locks.
    /// </summary>
    private const string OwnerOptions =
        "-c default_transaction_isolation=read\\ committed -c default_transaction_read_only=off -c statement_timeout=0 -c idle_in_transaction_session_timeout=0 "
        + "-c idle_session_timeout=0 -c lock_timeout=2000 -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off";

    private readonly NpgsqlConnectionStringBuilder _given;
    private readonly PostgresStoreOptions _options;

    private PostgresSettings(NpgsqlConnectionStringBuilder given, string schema, PostgresStoreOptions options)
    {
        (_given, Schema, _options) = (given, schema, options);
        HasSeveral = given.Host!.Contains(',', StringComparison.Ordinal);
        Server = HasSeveral ? $"one of {given.Host.Replace(",", ", ", StringComparison.Ordinal)}" : $"{given.Host}:{(given.Port == 0 ? DefaultPort : given.Port)}";
    }

    /// <summary>Where all tables are: the connection's Search Path, or "routing".</summary>
    public string Schema { get; }

    /// <summary>Host and port, for messages.</summary>
    public string Server { get; }

    /// <summary>A primary and its standbys are named: whichever is the primary now is used.</summary>
    public bool HasSeveral { get; }

    /// <summary>Reached by a socket in a folder, not over a network.</summary>
    public bool IsLocal => _given.Host!.StartsWith('/');

    public string User => _given.Username ?? Environment.UserName;

    public string Database => _given.Database ?? User;

    /// <summary>For a lane: holds the locks and commits.</summary>
    public string Owner => Exclusive("routing owner", _options.CommandTimeoutSeconds);

    /// <summary>For the membership of a silo: as long as the process lives.</summary>
    public string Member => Exclusive("routing member", _options.CommandTimeoutSeconds);

    /// <summary>For migrations and the map of domains: opened, used once, closed.</summary>
    public string Control => Exclusive("routing control", Math.Max(_options.CommandTimeoutSeconds, _options.MigrationLimitSeconds));

    /// <summary>For readers: a small pool that cannot write.</summary>
    public string Reader => Common("routing reader", _options.CommandTimeoutSeconds, "-c default_transaction_read_only=on -c enable_seqscan=off -c jit=off", builder =>
    {
        builder.Pooling = true;
        builder.MinPoolSize = 0;
        builder.MaxPoolSize = _options.ReaderLimitConnections;
    });

    /// <exception cref="PostgresStoreException">Not understood, or it asks for what owners must not have.</exception>
    public static PostgresSettings Parse(string connection, PostgresStoreOptions options)
    {
        NpgsqlConnectionStringBuilder given;
        try
        {
            given = new NpgsqlConnectionStringBuilder(connection);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // The parser's own words may repeat a part of the password: neither they nor the exception go on.
            throw new PostgresStoreException(
                StoreFailure.Io, "the connection is not understood: write Host=…;Port=…;Username=…;Password=…;Database=… (https://www.npgsql.org/doc/connection-string-parameters.html)");
        }

        if (string.IsNullOrEmpty(given.Host))
        {
            throw new PostgresStoreException(StoreFailure.Io, "the connection names no server: write Host=…");
        }

        if (given.Multiplexing || (given.Pooling && IsGiven(given, "Pooling")))
        {
            string word = given.Multiplexing ? "Multiplexing" : "Pooling";
            throw new PostgresStoreException(
                StoreFailure.Io, $"the connection asks for {word}: the locks of an owner belong to one connection of its own; leave {word} out");
        }

        if (IsGiven(given, "Target Session Attributes") && given.TargetSessionAttributes is not ("read-write" or "primary" or "any"))
        {
            throw new PostgresStoreException(
                StoreFailure.Io, $"the connection asks for Target Session Attributes={given.TargetSessionAttributes}: only a primary can be written; leave it out");
        }

        string schema = string.IsNullOrWhiteSpace(given.SearchPath) ? DefaultSchema : given.SearchPath.Trim();
        if (!SchemaName().IsMatch(schema))
        {
            throw new PostgresStoreException(StoreFailure.Io, "Search Path must name one schema in lower case letters, digits and _, beginning with a letter");
        }

        return new PostgresSettings(given, schema, options);
    }

    private static bool IsGiven(NpgsqlConnectionStringBuilder builder, string key) => builder.ShouldSerialize(key);

    private string Exclusive(string role, int timeoutSeconds) => Common(
        role,
        timeoutSeconds,
        $"-c client_connection_check_interval={CheckIntervalMs} -c tcp_keepalives_idle={KeepAliveIdleSeconds} "
            + $"-c tcp_keepalives_interval={KeepAliveIntervalSeconds} -c tcp_keepalives_count={KeepAliveProbes} {OwnerOptions}",
        static builder => builder.Pooling = false);

    private string Common(string role, int timeoutSeconds, string serverOptions, Action<NpgsqlConnectionStringBuilder> more)
    {
        NpgsqlConnectionStringBuilder builder = new(_given.ConnectionString)
        {
            ApplicationName = $"{role} {_options.Name}",
            SearchPath = Schema,
            Timeout = _given.Timeout == 0 ? _options.ConnectTimeoutSeconds : Math.Min(_given.Timeout, _options.ConnectTimeoutSeconds),
            CommandTimeout = timeoutSeconds,
            CancellationTimeout = -1,
            Multiplexing = false,
            Enlist = false,
            MaxAutoPrepare = 64,
            AutoPrepareMinUsages = 1,
            PersistSecurityInfo = false,
            IncludeErrorDetail = false,
            Options = $"{_given.Options} {serverOptions}".Trim(),
        };
        if (HasSeveral)
        {
            // Each opening asks the servers anew: what the client remembers of them (10 s by default) is wrong just after a promotion. Readers set their sessions to read only, which "read-write" would refuse.
            builder.TargetSessionAttributes = "primary";
            builder.HostRecheckSeconds = 0;
            builder.LoadBalanceHosts = false;
        }

        if (!IsLocal)
        {
            builder.TcpKeepAlive = true;
            builder.TcpKeepAliveTime = KeepAliveIdleSeconds;
            builder.TcpKeepAliveInterval = KeepAliveIntervalSeconds;
        }

        more(builder);
        return builder.ConnectionString;
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,62}$")]
    private static partial Regex SchemaName();
}
