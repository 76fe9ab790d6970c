using Routing.EndToEnd.Live;
using Routing.EndToEnd.Phones;
using Routing.EndToEnd.Processes;

namespace Routing.EndToEnd;

/// <summary>A running server with the phones of one test; everything ends with it.</summary>
internal sealed class Scene : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _parts = [];

    private Scene(RoutingServer server, LiveWatch live)
    {
        Server = server;
        Live = live;
    }

    public RoutingServer Server { get; }

    public LiveWatch Live { get; }

    /// <summary>Starts the program, with the demo or a configuration of the test's own.</summary>
    public static async Task<Scene> OpenAsync(string? configuration = null, Action<string>? prepare = null, bool split = false, string? store = null)
    {
        RoutingServer server = await RoutingServer.StartAsync(configuration, prepare, split, store);
        try
        {
            return new Scene(server, await server.WatchAsync());
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>An agent's phone played by sipp: listens and registers, so that the agent takes calls.</summary>
    public async Task<ChildProcess> SippAgentAsync(string user, string scenario, int ringMs = 10, int talkMs = 100, int calls = 1, string status = "603")
    {
        string address = Server.Network.NextAddress() + ":5060";
        var values = new Dictionary<string, string> { ["RING"] = $"{ringMs}", ["TALK"] = $"{talkMs}", ["STATUS"] = status };
        ChildProcess phone = Keep(await Sipp.ListenAsync(Server.Folder, scenario, Server.SipAddress, address, values, "-m", $"{calls}"));
        await RegisterAsync(user, $"{user}-demo", address);
        await Live.RegisteredAsync(user);
        return phone;
    }

    /// <summary>Registers a contact with sipp, which checks the final answer.</summary>
    public Task RegisterAsync(string user, string password, string contact, string expected = "200")
    {
        var values = new Dictionary<string, string> { ["USER"] = user, ["PASSWORD"] = password, ["CONTACT"] = contact, ["EXPECTED"] = expected };
        return Keep(Sipp.Start(Server.Folder, "register", Server.SipAddress, Server.Network.NextAddress() + ":5070", values)).SucceedsAsync();
    }

    /// <summary>A caller played by sipp.</summary>
    public ChildProcess SippCaller(string user, string number, string scenario = "caller", string expected = "", string? at = null, params string[] options)
    {
        var values = new Dictionary<string, string> { ["USER"] = user, ["EXPECTED"] = expected };
        return Keep(Sipp.Start(Server.Folder, scenario, at ?? Server.SipAddress, Server.Network.NextAddress() + ":5060", values, ["-s", number, .. options]));
    }

    /// <summary>An agent's softphone; the agent takes calls.</summary>
    public async Task<Baresip> AgentPhoneAsync(string user, double toneHz = 700, bool answersByItself = true, string transport = "udp", string? at = null)
    {
        Baresip phone = await PhoneAsync(new BaresipOptions
        {
            User = user,
            Address = Server.Network.NextAddress(),
            Server = at ?? Server.SipAddress,
            Password = $"{user}-demo",
            ToneHz = toneHz,
            AnswersByItself = answersByItself,
            Transport = transport,
        });
        await Live.RegisteredAsync(user);
        return phone;
    }

    /// <summary>A caller's softphone.</summary>
    public Task<Baresip> CallerPhoneAsync(string user, double toneHz = 880, string? at = null) =>
        PhoneAsync(new BaresipOptions { User = user, Address = Server.Network.NextAddress(), Server = at ?? Server.SipAddress, ToneHz = toneHz });

    /// <summary>A further gateway of a split server.</summary>
    public async Task<OtherGateway> OtherGatewayAsync(params string[] options) => Keep(await OtherGateway.StartAsync(Server, Server.Network.NextAddress(), options));

    public string UriOf(string number) => $"sip:{number}@{Server.SipAddress}";

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable part in _parts)
        {
            await part.DisposeAsync();
        }

        await Live.DisposeAsync();
        await Server.DisposeAsync();
    }

    private async Task<Baresip> PhoneAsync(BaresipOptions options) => Keep(await Baresip.StartAsync(Server.Folder, options));

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }
}
