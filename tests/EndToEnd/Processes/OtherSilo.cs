namespace Routing.EndToEnd.Processes;

/// <summary>One more silo of a split server on PostgreSQL. The gateway was not told of it: it hears of it from the first one.</summary>
internal sealed class OtherSilo : IAsyncDisposable
{
    private const string Name = "silo-2";

    private readonly RoutingServer _server;
    private readonly string _host;
    private readonly string[] _options;
    private ChildProcess? _process;

    private OtherSilo(RoutingServer server, string host, string[] options)
    {
        _server = server;
        _host = host;
        _options = options;
    }

    /// <summary>Starts it, and completes when it says that it is ready and the gateway has a link to it.</summary>
    public static async Task<OtherSilo> StartAsync(RoutingServer server, string host, params string[] options)
    {
        OtherSilo silo = new(server, host, options);
        await silo.RestartAsync();
        await server.Process.OutputLineAsync($"link to silo {Name} at {silo.LinkAddress} works");
        return silo;
    }

    private string LinkAddress => _host + ":7000";

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.ExitAsync();
        await EndAsync();
    }

    /// <summary>SIGTERM, and what it ended with.</summary>
    public async Task<int> TerminateAsync()
    {
        _process!.Terminate();
        int code = await _process.ExitAsync();
        await EndAsync();
        return code;
    }

    /// <summary>A new process on the same addresses.</summary>
    public async Task RestartAsync()
    {
        string data = Path.Combine(_server.Folder, Name);
        _process = ChildProcess.Start(
            RoutingServer.Program,
            ["--role", "silo", "--name", Name, "--link", LinkAddress, "--cluster-key", _server.ClusterKeyFile, "--http", _host + ":8080", "--data", data, .. _options],
            _server.Folder);
        await _process.OutputLineAsync("Ready.");
    }

    public ValueTask DisposeAsync() => EndAsync();

    private async ValueTask EndAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            await process.DisposeAsync();
        }
    }
}
