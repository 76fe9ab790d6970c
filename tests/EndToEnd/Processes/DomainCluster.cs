using System.Net.Http.Headers;
using System.Text;
using Routing.EndToEnd.Network;
using Routing.EndToEnd.Phones;
using Routing.TestKit.Postgres;

namespace Routing.EndToEnd.Processes;

/// <summary>Three silos on one PostgreSQL and a gateway, in processes of their own, and three domains, each of which one silo alone was given.</summary>
internal sealed class DomainCluster : IAsyncDisposable
{
    public static readonly string[] Domains = ["north", "south", "west"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("routing-");
    private readonly TestNetwork _network = new();
    private readonly HttpClient _http = new();
    private readonly string _store;
    private readonly ChildProcess?[] _silos = new ChildProcess?[Domains.Length];
    private readonly List<ChildProcess> _others = [];
    private readonly string[] _links;

    public DomainCluster(PostgresServer server)
    {
        _store = "postgres:" + server.TcpConnection + PostgresServer.NewSchema();
        _links = [.. Domains.Select(_ => _network.NextAddress())];
        File.WriteAllText(KeyFile, "a secret of this test alone");
    }

    public string SipAddress => _network.Server + ":5060";

    private string KeyFile => Path.Combine(_folder.FullName, "cluster.key");

    /// <summary>Starts a silo with the file of its domain, or without any, and completes when it says that it is ready.</summary>
    public async Task<ChildProcess> StartSiloAsync(int silo, bool withFile = true)
    {
        string[] file = withFile ? ["--config", Configure(Domains[silo], NumberOf(silo))] : [];
        ChildProcess process = ChildProcess.Start(
            RoutingServer.Program,
            ["--role", "silo", "--name", $"silo-{silo}", "--link", _links[silo] + ":7000", "--http", _links[silo] + ":8080", "--cluster-key", KeyFile, "--data", Path.Combine(_folder.FullName, $"silo-{silo}"), "--store", _store, .. file],
            _folder.FullName);
        _silos[silo] = process;
        await process.OutputLineAsync("Ready.");
        return process;
    }

    public async Task StartGatewayAsync()
    {
        ChildProcess gateway = Keep(ChildProcess.Start(
            RoutingServer.Program,
            ["--role", "gateway", "--name", "gateway-1", "--silos", _links[0] + ":7000", "--sip", SipAddress, "--http", _network.Server + ":8080", "--cluster-key", KeyFile, "--data", Path.Combine(_folder.FullName, "gateway")],
            _folder.FullName));
        await gateway.OutputLineAsync("Ready.");
    }

    /// <summary>One process with everything in it, on the embedded store, where the gateway would listen.</summary>
    public ChildProcess StartAlone(params string[] options) => ChildProcess.Start(
        RoutingServer.Program, ["--sip", SipAddress, "--http", _network.Server + ":8080", "--data", Path.Combine(_folder.FullName, "alone"), .. options], _folder.FullName);

    /// <summary>SIGKILL.</summary>
    public async Task KillSiloAsync(int silo)
    {
        ChildProcess process = _silos[silo]!;
        _silos[silo] = null;
        process.Kill();
        await process.ExitAsync();
        await process.DisposeAsync();
    }

    /// <summary>The agent of a domain registers and answers calls, each at once and for a tenth of a second.</summary>
    public async Task AgentAsync(int domain)
    {
        string address = _network.NextAddress() + ":5060";
        Dictionary<string, string> behaviour = new() { ["RING"] = "10", ["TALK"] = "100", ["STATUS"] = "603" };
        Keep(await Sipp.ListenAsync(_folder.FullName, "agent_answers", SipAddress, address, behaviour, "-m", "1000", "-timeout", "600"));
        Dictionary<string, string> credentials = new() { ["USER"] = Domains[domain] + "-alice", ["PASSWORD"] = Domains[domain] + "-secret", ["CONTACT"] = address, ["EXPECTED"] = "200" };
        await Keep(Sipp.Start(_folder.FullName, "register", SipAddress, _network.NextAddress() + ":5070", credentials)).SucceedsAsync();
    }

    /// <summary>A call to the number of a domain, which must be answered and end well.</summary>
    public Task CallAsync(int domain)
    {
        Dictionary<string, string> values = new() { ["USER"] = "0900", ["EXPECTED"] = "" };
        return Keep(Sipp.Start(_folder.FullName, "caller", SipAddress, _network.NextAddress() + ":5060", values, "-s", NumberOf(domain))).SucceedsAsync();
    }

    /// <summary>Asks a silo by REST about a domain under its key.</summary>
    /// <param name="silo">Which.</param>
    /// <param name="domain">Whose key; and whose path.</param>
    /// <param name="path">Below the domain.</param>
    /// <param name="body">Null: GET; JSON: PUT; YAML: POST.</param>
    public async Task<string> RestAsync(int silo, int domain, string path, string? body = null)
    {
        while (true)
        {
            using HttpRequestMessage request = new(body is null ? HttpMethod.Get : body[0] == '{' ? HttpMethod.Put : HttpMethod.Post, $"http://{_links[silo]}:8080/api/v1/domains/{Domains[domain]}/{path}");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Domains[domain] + "-key");
            request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, body[0] == '{' ? "application/json" : "application/yaml");
            using HttpResponseMessage response = await _http.SendAsync(request);
            string text = await response.Content.ReadAsStringAsync();
            if (response.IsSuccessStatusCode)
            {
                return text;
            }

            // What a silo has not loaded yet it says so, and when to ask again.
            TimeSpan? later = response.Headers.RetryAfter?.Delta;
            if (later is null)
            {
                throw new HttpRequestException($"silo-{silo}, {Domains[domain]}/{path}: {response.StatusCode}: {text}");
            }

            await Task.Delay(later.Value, TimeProvider.System);
        }
    }

    /// <summary>Which silo says that it owns a domain: only the owner tells its figures. -1 when none does at the moment.</summary>
    public async Task<int> OwnerAsync(int domain)
    {
        for (int silo = 0; silo < _silos.Length; silo++)
        {
            if (_silos[silo] is not null && (await _http.GetStringAsync(new Uri($"http://{_links[silo]}:8080/metrics"))).Contains($"domain=\"{Domains[domain]}\"", StringComparison.Ordinal))
            {
                return silo;
            }
        }

        return -1;
    }

    /// <summary>A domain with one agent, one queue and one number; how its file is changed is a name of the queue.</summary>
    public string Configure(string domain, string number, string queueName = "Sales")
    {
        string file = Path.Combine(_folder.FullName, domain + ".yaml");
        File.WriteAllText(file, Yaml(domain, number, queueName));
        return file;
    }

    public static string Yaml(string domain, string number, string queueName) => $"""
        domain: {domain}
        demo: true
        agents:
          - id: {domain}-alice
            password: {domain}-secret
            onRegister: ready
        queues:
          - id: sales
            name: {queueName}
        numbers:
          - number: "{number}"
            queue: sales
        apiKeys:
          - name: admin
            key: {domain}-key
            role: admin
        """;

    public static string NumberOf(int domain) => $"{domain + 2}000";

    public async ValueTask DisposeAsync()
    {
        foreach (ChildProcess process in _others.Concat(_silos.OfType<ChildProcess>()).Reverse())
        {
            await process.DisposeAsync();
        }

        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    private ChildProcess Keep(ChildProcess process)
    {
        _others.Add(process);
        return process;
    }
}
