using System.Net;
using System.Net.Sockets;
using Routing.EndToEnd.Network;
using Routing.EndToEnd.Phones;
using Routing.EndToEnd.Processes;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>The program as seen by the one who starts and stops it: options, exit codes, signals.</summary>
public sealed class ProcessTests : IDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly TestNetwork _network = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("routing-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task SIGTERM_ends_it_within_five_seconds_with_a_call_waiting_and_a_page_open()
    {
        await using Scene scene = await Scene.OpenAsync();
        Baresip caller = await scene.CallerPhoneAsync("0801");
        await caller.DialAsync(scene.UriOf("1000"));
        await scene.Live.WaitingAsync("support", 1);

        scene.Server.Process.Terminate();

        Assert.Equal(0, await scene.Server.Process.ExitAsync(StopLimit));
        Assert.Equal("", scene.Server.Process.Errors);
    }

    [Fact]
    public async Task It_says_where_it_listens_and_what_to_try()
    {
        await using RoutingServer server = await RoutingServer.StartAsync();

        string said = server.Process.Output;

        Assert.Contains($"{server.SipAddress}, UDP and TCP", said, StringComparison.Ordinal);
        Assert.Contains($"http://{server.HttpAddress}", said, StringComparison.Ordinal);
        Assert.Contains($"sip:1000@{server.SipAddress} (support)", said, StringComparison.Ordinal);
        Assert.Contains("alice", said, StringComparison.Ordinal);
        Assert.Contains("demo-admin", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--sip 127.0.0.1", "HOST:PORT")]
    [InlineData("--sipp 127.0.0.1:5060", "'--sipp'")]
    [InlineData("--http nowhere:80", "HOST:PORT")]
    [InlineData("--config no-such-file.yaml", "does not exist")]
    [InlineData("--role silo", "does not go with role silo")]
    [InlineData("--role gateway", "--silos")]
    [InlineData("--role gateway --name g --silos 127.0.0.1:1", "--cluster-key")]
    [InlineData("--store postgres:Port=1", "the connection names no server")]
    [InlineData("--sip 0.0.0.0:5060", "demo")]
    [InlineData("--http 0.0.0.0:8080", "demo")]
    [InlineData("--data /proc/nothing", "data")]
    public async Task What_it_cannot_do_is_one_line_on_standard_error_and_exit_code_2(string options, string reason)
    {
        await using ChildProcess program = Start(options.Split(' '));

        Assert.Equal(2, await program.ExitAsync());
        string line = Assert.Single(program.Errors.Split('\n'));
        Assert.StartsWith("routing: ", line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.Equal("", program.Output);
    }

    [Theory]
    [InlineData("sip", SocketType.Dgram)]
    [InlineData("sip", SocketType.Stream)]
    [InlineData("http", SocketType.Stream)]
    public async Task A_port_in_use_is_told_with_its_address(string side, SocketType type)
    {
        var taken = new IPEndPoint(IPAddress.Parse(_network.Server), 5081);
        using var socket = new Socket(AddressFamily.InterNetwork, type, ProtocolType.Unspecified);
        socket.Bind(taken);
        if (type == SocketType.Stream)
        {
            socket.Listen();
        }

        await using ChildProcess program = Start(side == "sip" ? ["--sip", $"{taken}"] : ["--http", $"{taken}"]);

        Assert.Equal(2, await program.ExitAsync());
        string line = Assert.Single(program.Errors.Split('\n'));
        Assert.Contains($"{taken}", line, StringComparison.Ordinal);
        Assert.Contains("in use", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_in_use_is_refused()
    {
        await using RoutingServer server = await RoutingServer.StartAsync();

        await using ChildProcess second = Start(["--data", Path.Combine(server.Folder, "data")]);

        Assert.Equal(2, await second.ExitAsync());
        Assert.Contains("data", Assert.Single(second.Errors.Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_come_from_the_environment_and_the_file_of_the_working_directory_too()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "appsettings.json"), $$"""
            { "Routing": { "Sip": [ "{{_network.Server}}:5091", "{{_network.Server}}:5092" ], "Http": "127.0.0.1:1", "Data": "kept" } }
            """);
        var environment = new Dictionary<string, string> { ["ROUTING_HTTP"] = $"{_network.Server}:5093" };

        await using ChildProcess program = ChildProcess.Start(RoutingServer.Program, [], _folder.FullName, environment);
        await program.OutputLineAsync("Ready.");

        Assert.Contains($"{_network.Server}:5091, UDP and TCP", program.Output, StringComparison.Ordinal);
        Assert.Contains($"{_network.Server}:5092, UDP and TCP", program.Output, StringComparison.Ordinal);
        Assert.Contains($"http://{_network.Server}:5093", program.Output, StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(_folder.FullName, "kept")));
    }

    [Fact]
    public async Task It_listens_on_IPv6_too()
    {
        await using ChildProcess program = Start(["--sip", "[::1]:5095", "--http", "[::1]:5096"]);
        await program.OutputLineAsync("Ready.");

        Assert.Contains("[::1]:5095, UDP and TCP", program.Output, StringComparison.Ordinal);
        using var http = new HttpClient();
        Assert.Equal("ready\n", await http.GetStringAsync(new Uri("http://[::1]:5096/readyz")));
    }

    [Fact]
    public async Task Check_config_tells_every_mistake_with_its_place()
    {
        string file = Path.Combine(_folder.FullName, "bad.yaml");
        await File.WriteAllTextAsync(file, "domain: d\nqueus: []\nagents:\n  - { id: ann }\n");

        await using ChildProcess program = ChildProcess.Start(RoutingServer.Program, ["check-config", file], _folder.FullName);

        Assert.Equal(2, await program.ExitAsync());
        string[] lines = program.Errors.Split('\n');
        Assert.StartsWith($"{file}:2:1: ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"{file}:4:5: ", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_and_help_are_answers_and_not_errors()
    {
        await using ChildProcess version = ChildProcess.Start(RoutingServer.Program, ["--version"], _folder.FullName);
        await using ChildProcess help = ChildProcess.Start(RoutingServer.Program, ["--help"], _folder.FullName);

        await version.SucceedsAsync();
        await help.SucceedsAsync();
        Assert.Matches(@"^\d+\.\d+\.\d+", version.Output);
        foreach (string option in (string[])["--sip", "--http", "--data", "--config", "--role", "--store", "--version", "ROUTING_SIP", "appsettings.json", "check-config"])
        {
            Assert.Contains(option, help.Output, StringComparison.Ordinal);
        }
    }

    private ChildProcess Start(string[] options)
    {
        // The defaults of what the options do not name: free addresses of this test, so that only the option under test is wrong.
        var environment = new Dictionary<string, string> { ["ROUTING_SIP"] = $"{_network.Server}:5060", ["ROUTING_HTTP"] = $"{_network.Server}:8080", ["ROUTING_DATA"] = Path.Combine(_folder.FullName, "data") };
        return ChildProcess.Start(RoutingServer.Program, options, _folder.FullName, environment);
    }
}
