using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Routing.TestKit.Postgres;

/// <summary>
/// A PostgreSQL server of the tests' own, from the binaries of the Debian package: a folder below the temporary folder, a socket in it and a port of the loopback address, no fsync. A
/// shell stands between it and the tests, so that it ends with them also when they are killed.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    /// <summary>What the superuser "postgres" needs over TCP; through the socket it needs none.</summary>
    public const string Password = "let-me-in";

    private const string NobodyId = "65534";
    private const string ReadyLine = "database system is ready to accept ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly Lazy<PostgresServer> TheShared = new(StartShared);
    private static int _schemas;

    // Ends with its standard input. Without a word before that the tests have died, and the folder goes too. Frozen processes must run to end.
    private const string Guard =
        """
        "$@" & server=$!
        echo "pid $server"
        word=
        read -r word
        kill -CONT "$server" $(cat /proc/$server/task/$server/children 2>/dev/null) 2>/dev/null
        kill -QUIT "$server" 2>/dev/null
        wait "$server"
        [ -n "$word" ] || rm -rf "$PWD"
        """;

    private readonly string _folder;
    private readonly string[] _settings;
    private readonly string _binaries;
    private readonly ConcurrentQueue<string> _log = [];
    private Process? _guard;
    private int _pid;
    private int[] _frozen = [];

    private PostgresServer(string[] settings, PostgresServer? primary = null)
    {
        _settings = settings;
        _binaries = FindBinaries();
        _folder = Directory.CreateTempSubdirectory("pg-").FullName;
        Port = FreePort();
        string passwordFile = Path.Combine(_folder, "password");
        File.WriteAllText(passwordFile, Password);
        if (IsRoot)
        {
            Run("chown", "-R", $"{NobodyId}:{NobodyId}", _folder);
        }

        if (primary is null)
        {
            Run([.. AsNobody, Path.Combine(_binaries, "initdb"), "-D", Data, "-U", "postgres", "--auth-local=trust", "--auth-host=scram-sha-256",
                "--pwfile=" + passwordFile, "--no-sync", "--no-locale", "-E", "UTF8"]);
        }
        else
        {
            Run([.. AsNobody, Path.Combine(_binaries, "pg_basebackup"), "-D", Data, "-R", "--checkpoint=fast", "--no-sync",
                "-d", $"host={primary._folder} port={primary.Port} user=postgres application_name={Path.GetFileName(_folder)}"]);
        }

        Start();
    }

    /// <summary>One server for all tests of this process; every user makes a schema of its own (<see cref="NewSchema"/>).</summary>
    public static PostgresServer Shared => TheShared.Value;

    /// <summary>TCP port on 127.0.0.1, and the number of the socket.</summary>
    public int Port { get; }

    /// <summary>Folder of the socket with the port, as one of several in "Host=".</summary>
    public string Host => $"{_folder}:{Port}";

    /// <summary>Through the socket, as superuser.</summary>
    public string Connection => $"Host={_folder};Port={Port};Username=postgres;Database=postgres";

    /// <summary>Over TCP, as superuser.</summary>
    public string TcpConnection => $"Host=127.0.0.1;Port={Port};Username=postgres;Password={Password};Database=postgres";

    /// <summary>What the server wrote so far.</summary>
    public string Log => string.Join("\n", _log);

    private string Data => Path.Combine(_folder, "data");

    private static bool IsRoot => Environment.IsPrivilegedProcess;

    // The server refuses to run as root.
    private static string[] AsNobody => IsRoot ? ["setpriv", $"--reuid={NobodyId}", $"--regid={NobodyId}", "--clear-groups"] : [];

    /// <summary>A server for one test, which may break it.</summary>
    /// <param name="settings">More settings, as name=value.</param>
    public static PostgresServer StartOwn(params string[] settings) => new(settings);

    /// <summary>A copy of a server that follows it, for one test. As long as it is there a primary with synchronous_standby_names = * reports no commit that the copy lacks.</summary>
    public static PostgresServer StartStandby(PostgresServer primary) => new([], primary);

    /// <summary>A schema that nobody else uses, as the end of a connection string.</summary>
    public static string NewSchema() => string.Create(CultureInfo.InvariantCulture, $";Search Path=test{Interlocked.Increment(ref _schemas)}");

    /// <summary>Starts the server after <see cref="StopImmediately"/>; returns once it takes connections.</summary>
    public void Start()
    {
        ProcessStartInfo start = new("bash") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        string[] arguments =
        [
            "-c", Guard, "guard", .. AsNobody, Path.Combine(_binaries, "postgres"), "-D", Data, "-p", $"{Port}",
            .. new[] { $"unix_socket_directories={_folder}", "listen_addresses=127.0.0.1", "fsync=off", "full_page_writes=off", "shared_buffers=32MB", "max_connections=60" }
                .Concat(_settings).SelectMany(static setting => new[] { "-c", setting }),
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        using ManualResetEventSlim ready = new();
        Process guard = new() { StartInfo = start };
        guard.OutputDataReceived += (_, line) => _pid = line.Data?.StartsWith("pid ", StringComparison.Ordinal) == true ? int.Parse(line.Data[4..], CultureInfo.InvariantCulture) : _pid;
        guard.ErrorDataReceived += (_, line) =>
        {
            _log.Enqueue(line.Data ?? "(end)");
            if (line.Data is null || line.Data.Contains(ReadyLine, StringComparison.Ordinal))
            {
                Signal(ready);
            }
        };
        guard.Start();
        guard.BeginOutputReadLine();
        guard.BeginErrorReadLine();
        _guard = guard;
        if (!ready.Wait(Patience) || guard.HasExited)
        {
            throw new InvalidOperationException("PostgreSQL did not start:\n" + string.Join('\n', _log));
        }
    }

    /// <summary>Makes a standby the primary; returns once it takes writes. Whoever was primary must be gone before.</summary>
    public void Promote() => Run([.. AsNobody, Path.Combine(_binaries, "pg_ctl"), "promote", "-w", "-t", $"{Patience.TotalSeconds:F0}", "-D", Data]);

    /// <summary>Fences it: every process of the server is killed, frozen ones too, and does nothing any more. Returns once they are gone.</summary>
    public void Fence()
    {
        // Frozen first, it starts no further ones.
        Send("STOP", _pid);
        Send("KILL", Processes());
        Stop("stop");
    }

    /// <summary>As a crash: every process of the server ends at once, and the next start recovers from its log.</summary>
    public void StopImmediately() => Stop("stop");

    private void Stop(string word)
    {
        Process guard = _guard!;
        _guard = null;
        guard.StandardInput.WriteLine(word);
        guard.StandardInput.Close();
        guard.WaitForExit();
        guard.Dispose();
    }

    /// <summary>Processor time of all its processes that live.</summary>
    public TimeSpan CpuUsage()
    {
        const int user = 11;
        const int system = 12;
        const int ticksPerSecond = 100;
        long ticks = 0;
        foreach (int pid in Processes())
        {
            // Fields after the name, which may hold blanks: proc(5).
            string[] fields = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat")).Split(") ")[^1].Split(' ');
            ticks += long.Parse(fields[user], CultureInfo.InvariantCulture) + long.Parse(fields[system], CultureInfo.InvariantCulture);
        }

        return TimeSpan.FromSeconds((double)ticks / ticksPerSecond);
    }

    /// <summary>Stops all its processes where they are: connections stay open and nobody answers.</summary>
    public void Freeze()
    {
        _frozen = Processes();
        Send("STOP", _frozen);
    }

    /// <summary>Ends <see cref="Freeze"/>; those that are gone meanwhile stay gone.</summary>
    public void GoOn() => Run("bash", ["-c", "for pid; do kill -CONT \"$pid\" 2>/dev/null || [ ! -d \"/proc/$pid\" ] || exit 1; done", "kill", .. Texts(_frozen)]);

    /// <summary>Sends a signal to processes of the server.</summary>
    public static void Send(string signal, params int[] processes) => Run("bash", ["-c", $"kill -{signal} \"$@\"", "kill", .. Texts(processes)]);

    public void Dispose()
    {
        if (_guard is not null)
        {
            Stop("");
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private int[] Processes()
    {
        string children = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{_pid}/task/{_pid}/children"));
        return [_pid, .. children.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static pid => int.Parse(pid, CultureInfo.InvariantCulture))];
    }

    private static PostgresServer StartShared()
    {
        PostgresServer server = new([]);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Dispose();
        return server;
    }

    private static void Signal(ManualResetEventSlim ready)
    {
        try
        {
            ready.Set();
        }
        catch (ObjectDisposedException)
        {
            // A later line of a server that was waited for already.
            return;
        }
    }

    private static string FindBinaries()
    {
        const string debian = "/usr/lib/postgresql";
        string? newest = Directory.Exists(debian)
            ? Directory.GetDirectories(debian)
                .Where(static path => File.Exists(Path.Combine(path, "bin", "postgres")))
                .MaxBy(static path => int.TryParse(Path.GetFileName(path), out int version) ? version : 0)
            : null;
        return newest is null ? throw new InvalidOperationException("These tests need PostgreSQL 15 or newer: apt-get install postgresql") : Path.Combine(newest, "bin");
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static void Run(params string[] command) => Run(command[0], command[1..]);

    private static IEnumerable<string> Texts(int[] processes) => processes.Select(static pid => pid.ToString(CultureInfo.InvariantCulture));

    private static void Run(string program, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output.Result}{errors}");
        }
    }
}
