using Routing.EndToEnd.Network;
using Xunit;

namespace Routing.EndToEnd.Processes;

/// <summary>A cluster that deploy/local-cluster.sh runs for one test, in a folder and on addresses of its own.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(240);

    private readonly TestNetwork _network = new();
    private readonly DirectoryInfo _folder = MakeFolder();

    /// <summary>Of the cluster alone; it is gone after stop --clean.</summary>
    public string Folder => Path.Combine(_folder.FullName, "cluster");

    /// <summary>Stays until the end of the test.</summary>
    public string WorkFolder => _folder.FullName;

    /// <summary>Where the tests have deploy/local-cluster.sh.</summary>
    public static string Script => PathOf("local-cluster.sh");

    /// <summary>What --store says in it.</summary>
    public string Store => $"postgres:Host={Folder}/postgres/socket;Username=postgres;Database=postgres";

    /// <summary>HOST:PORT of a gateway's SIP.</summary>
    public string SipOf(int gateway) => $"{_network.Block}.2{gateway}:5060";

    /// <summary>Starts it with so many silos and two gateways.</summary>
    public Task<string> StartAsync(int silos) => SucceedsAsync(
        "start", "--silos", $"{silos}", "--gateways", "2", "--net", _network.Block, "--seconds", "200", "--binary", RoutingServer.Program, "--config", PathOf("demo.yaml"));

    /// <summary>Runs a command; completes with its output.</summary>
    public async Task<string> SucceedsAsync(params string[] arguments)
    {
        (int code, string output, string errors) = await RunAsync(arguments);
        Assert.True(code == 0, $"{string.Join(' ', arguments)} ended with {code}\n{output}\n{errors}");
        return output;
    }

    /// <summary>Runs a command; completes with its exit code and what it wrote.</summary>
    public async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        // As somebody has it who works with another cluster in the same shell.
        Dictionary<string, string> environment = new() { ["ROUTING_STORE"] = "postgres:Host=elsewhere", ["ROUTING_UPGRADE"] = "nonsense" };
        await using ChildProcess script = ChildProcess.Start("bash", [PathOf("local-cluster.sh"), .. arguments, "--folder", Folder], WorkFolder, environment);
        int code = await script.ExitAsync(Deadline);
        return (code, script.Output, script.Errors);
    }

    /// <summary>Ids of all processes of the machine that were started with this folder.</summary>
    public int[] Processes() =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(static folder => int.TryParse(Path.GetFileName(folder), out int pid) ? pid : 0).Where(pid => pid != 0 && CommandLine(pid).Contains(Folder, StringComparison.Ordinal)),
    ];

    public async ValueTask DisposeAsync()
    {
        await RunAsync("stop", "--clean");
        _folder.Delete(recursive: true);
    }

    /// <summary>A folder of one test. PostgreSQL runs as another user where tests run as root, and must be able to enter.</summary>
    public static DirectoryInfo MakeFolder()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("rlc-");
        if (!OperatingSystem.IsWindows())
        {
            folder.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        }

        return folder;
    }

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Deploy", file);

    private static string CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return "";
        }
    }
}
