using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Routing.EndToEnd.Live;
using Routing.EndToEnd.Network;

namespace Routing.EndToEnd.Processes;

/// <summary>The real program on addresses of one test, with a data folder of its own.</summary>
internal sealed class RoutingServer : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("routing-");
    private readonly HttpClient _http;
    private string[] _options = [];
    private ChildProcess? _process;
    private ChildProcess? _silo;
    private bool _isSplit;

    private RoutingServer(TestNetwork network)
    {
        Network = network;
        _http = new HttpClient { BaseAddress = new Uri($"http://{HttpAddress}") };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "demo-admin");
    }

    public TestNetwork Network { get; }

    /// <summary>Scratch folder of the test; goes with the server.</summary>
    public string Folder => _folder.FullName;

    public string DataFolder => Path.Combine(Folder, "data");

    public string SipAddress => Network.Server + ":5060";

    public string HttpAddress => Network.Server + ":8080";

    public string LinkAddress => Network.Silo + ":7000";

    /// <summary>Of the silo of a split server.</summary>
    public string SiloHttpAddress => Network.Silo + ":8080";

    public string ClusterKeyFile => Path.Combine(Folder, "cluster.key");

    public ChildProcess Process => _process ?? throw new InvalidOperationException("not started");

    /// <summary>Of the repository.</summary>
    public static string Root { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Parent!.Parent!.Parent!.Parent!.FullName;

    /// <summary>The built-in demo as a file.</summary>
    public static string DemoFile { get; } = Path.Combine(Root, "deploy", "demo.yaml");

    /// <summary>The program as it was built with these tests: same configuration (Debug or Release).</summary>
    public static string Program { get; } = FindProgram();

    /// <summary>Starts the program and completes when it says that it is ready.</summary>
    /// <param name="configuration">YAML; the demo when null.</param>
    /// <param name="prepare">Called with the data folder before the start.</param>
    /// <param name="split">A silo and a gateway in processes of their own; <see cref="Process"/> is the gateway's.</param>
    /// <param name="store">What --store says; the embedded one when null.</param>
    /// <param name="others">YAML of further domains.</param>
    public static async Task<RoutingServer> StartAsync(
        string? configuration = null, Action<string>? prepare = null, bool split = false, string? store = null, params string[] others)
    {
        var server = new RoutingServer(new TestNetwork()) { _isSplit = split };
        try
        {
            if (configuration is not null)
            {
                await File.WriteAllTextAsync(server.ConfigurationFile, configuration);
                server._options = ["--config", server.ConfigurationFile];
            }
            else if (split && store is not null)
            {
                // A cluster has no demo of its own.
                server._options = ["--config", DemoFile];
            }

            for (int i = 0; i < others.Length; i++)
            {
                string file = Path.Combine(server.Folder, $"domain-{i + 2}.yaml");
                await File.WriteAllTextAsync(file, others[i]);
                server._options = [.. server._options, "--config", file];
            }

            server._options = store is null ? server._options : [.. server._options, "--store", store];
            prepare?.Invoke(server.DataFolder);
            if (split)
            {
                await File.WriteAllTextAsync(server.ClusterKeyFile, "a secret of this test alone");
                await server.StartSiloAsync();
            }

            await server.RunAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL, and a new process on the same data and addresses.</summary>
    public async Task KillAndRestartAsync()
    {
        await KillAsync();
        await RestartAsync();
    }

    /// <summary>The silo of a split server, on its data and addresses.</summary>
    public async Task StartSiloAsync()
    {
        string[] addresses = ["--role", "silo", "--link", LinkAddress, "--cluster-key", ClusterKeyFile, "--http", SiloHttpAddress, "--data", Path.Combine(Folder, "silo")];
        _silo = ChildProcess.Start(Program, [.. addresses, .. _options], Folder);
        await _silo.OutputLineAsync("Ready.");
    }

    /// <summary>SIGTERM of the silo, and what it ended with.</summary>
    public async Task<int> TerminateSiloAsync()
    {
        _silo!.Terminate();
        int code = await _silo.ExitAsync();
        await _silo.DisposeAsync();
        return code;
    }

    /// <summary>SIGKILL of the silo.</summary>
    public async Task KillSiloAsync()
    {
        _silo!.Kill();
        await _silo.ExitAsync();
        await _silo.DisposeAsync();
    }

    /// <summary>SIGKILL, and nobody is there.</summary>
    public async Task KillAsync()
    {
        Process.Kill();
        await Process.ExitAsync();
        await Process.DisposeAsync();
    }

    /// <summary>A new process on the data and addresses of the one that was killed.</summary>
    public Task RestartAsync() => RunAsync();

    /// <summary>The same, but it is killed as well, in the middle of its start: the calls are loaded, and nothing listens yet.</summary>
    public async Task RestartAndKillAsync()
    {
        // The gateway's new life is written down between the two.
        using var watcher = new FileSystemWatcher(DataFolder);
        TaskCompletionSource written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        watcher.Changed += (_, change) => Notice(change);
        watcher.Created += (_, change) => Notice(change);
        watcher.Renamed += (_, change) => Notice(change);
        watcher.EnableRaisingEvents = true;
        Launch();
        await written.Task.WaitAsync(StartDeadline);
        await KillAsync();

        void Notice(FileSystemEventArgs change)
        {
            if (change.Name == "gateway.json")
            {
                written.TrySetResult();
            }
        }
    }

    /// <param name="key">Of the domain to follow; null: the only one.</param>
    public Task<LiveWatch> WatchAsync(string? key = null) => LiveWatch.ConnectAsync(HttpAddress, key);

    /// <summary>GET of a path under /api/v1.</summary>
    public async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await _http.GetStringAsync(new Uri($"/api/v1/{path}", UriKind.Relative)))!;

    /// <summary>GET of any path, as text.</summary>
    public Task<string> GetTextAsync(string path) => _http.GetStringAsync(new Uri(path, UriKind.Relative));

    /// <summary>The configuration file that it was started with.</summary>
    public string ConfigurationFile => Path.Combine(Folder, "domain.yaml");

    /// <summary>POST of one configuration file; completes with the answer, or throws when the program dies before.</summary>
    public async Task<JsonNode> PostConfigurationAsync(string yaml)
    {
        using var body = new StringContent(yaml, Encoding.UTF8, "application/yaml");
        using HttpResponseMessage response = await _http.PostAsync(new Uri("/api/v1/configuration", UriKind.Relative), body);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    /// <summary>Runs the program as a command that talks to this server.</summary>
    public ChildProcess Command(params string[] arguments) =>
        ChildProcess.Start(Program, [.. arguments, "--server", $"http://{HttpAddress}"], Folder, new Dictionary<string, string> { ["ROUTING_KEY"] = "demo-admin" });

    public async Task SetAgentAsync(string agent, string state, string? reason = null)
    {
        using var body = new StringContent(new JsonObject { ["state"] = state, ["reason"] = reason }.ToJsonString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _http.PutAsync(new Uri($"/api/v1/agents/{agent}/state", UriKind.Relative), body);
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"{response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        if (_silo is not null)
        {
            await _silo.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private async Task RunAsync()
    {
        Launch();
        await Process.OutputLineAsync("Ready.");
    }

    private void Launch()
    {
        string[] addresses = ["--sip", SipAddress, "--http", HttpAddress, "--data", DataFolder];
        string[] role = _isSplit ? ["--role", "gateway", "--name", "gateway-1", "--silos", LinkAddress, "--cluster-key", ClusterKeyFile] : _options;
        _process = ChildProcess.Start(Program, [.. addresses, .. role], Folder);
    }

    private static string FindProgram()
    {
        // …/tests/EndToEnd/bin/Release/net10.0/ → …/src/Silo/bin/Release/net10.0/routing
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(Root, "src", "Silo", "bin", output.Parent!.Name, output.Name, "routing");
    }
}
