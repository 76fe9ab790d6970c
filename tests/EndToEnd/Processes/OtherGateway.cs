using System.Globalization;

namespace Routing.EndToEnd.Processes;

/// <summary>One more gateway process of a split server: callers call it while phones are registered at the first.</summary>
internal sealed class OtherGateway : IAsyncDisposable
{
    private const string Name = "gateway-2";

    private readonly RoutingServer _server;
    private readonly string _host;
    private readonly string[] _options;
    private ChildProcess? _process;

    private OtherGateway(RoutingServer server, string host, string[] options)
    {
        _options = options;
        _server = server;
        _host = host;
    }

    public string SipAddress => _host + ":5060";

    public string HttpAddress => _host + ":8080";

    public string UriOf(string number) => $"sip:{number}@{SipAddress}";

    /// <summary>Starts it and completes when it says that it is ready.</summary>
    public static async Task<OtherGateway> StartAsync(RoutingServer server, string host, params string[] options)
    {
        OtherGateway gateway = new(server, host, options);
        await gateway.RestartAsync();
        return gateway;
    }

    /// <summary>SIGKILL, and nobody is there.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.ExitAsync();
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>SIGTERM; completes when it has said that it heard.</summary>
    public async Task TerminateAsync()
    {
        _process!.Terminate();
        await _process.OutputLineAsync("Asked to end");
    }

    /// <summary>Completes with its exit code.</summary>
    public async Task<int> ExitAsync()
    {
        int code = await _process!.ExitAsync();
        await _process.DisposeAsync();
        _process = null;
        return code;
    }

    /// <summary>A new process on the same data and addresses.</summary>
    public async Task RestartAsync()
    {
        string data = Path.Combine(_server.Folder, Name);
        _process = ChildProcess.Start(
            RoutingServer.Program,
            ["--role", "gateway", "--name", Name, "--silos", _server.LinkAddress, "--cluster-key", _server.ClusterKeyFile, "--sip", SipAddress, "--http", HttpAddress, "--data", data, .. _options],
            _server.Folder);
        await _process.OutputLineAsync("Ready.");
    }

    /// <summary>SIGSTOP: it is there and does nothing.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    /// <summary>SIGCONT.</summary>
    public Task ContinueAsync() => SignalAsync("-CONT");

    /// <summary>SIGCONT; completes when it has found out that it was given up, and is ready again.</summary>
    public async Task WakeAsync()
    {
        await SignalAsync("-CONT");
        await _process!.OutputLineAsync("Beginning again.");
        await _process.OutputLineAsync("Ready.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }

    private async Task SignalAsync(string signal)
    {
        await using ChildProcess kill = ChildProcess.Start("kill", [signal, _process!.Id.ToString(CultureInfo.InvariantCulture)], _server.Folder);
        await kill.SucceedsAsync();
    }
}
