using Routing.EndToEnd.Phones;
using Routing.EndToEnd.Processes;
using Routing.EndToEnd.Proxies;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>A proxy between the phones and the server, as carriers and call centres have one.</summary>
public sealed class ProxyTests
{
    [Theory]
    [InlineData("udp", false)]
    [InlineData("tcp", true)]
    public async Task Calls_and_registrations_go_by_the_proxy_in_both_directions(string transport, bool waits)
    {
        await using Scene scene = await Scene.OpenAsync();
        RoutingServer server = scene.Server;
        await using Kamailio proxy = await Kamailio.StartAsync(server.Folder, server.Network.NextAddress(), server.SipAddress, transport);
        string agentAddress = server.Network.NextAddress() + ":5060";
        string callerAddress = server.Network.NextAddress() + ":5060";
        var values = new Dictionary<string, string> { ["USER"] = "0701", ["RING"] = "10", ["TALK"] = "200", ["STATUS"] = "603" };
        await using ChildProcess agent = await Sipp.ListenAsync(server.Folder, "agent_answers", proxy.Address, agentAddress, values);
        ChildProcess Call() => Sipp.Start(server.Folder, "caller", proxy.Address, callerAddress, values, "-s", "1000");

        ChildProcess? waiting = waits ? Call() : null;
        if (waiting is not null)
        {
            await scene.Live.WaitingAsync("support", 1);
        }

        var registration = new Dictionary<string, string> { ["USER"] = "alice", ["PASSWORD"] = "alice-demo", ["CONTACT"] = agentAddress, ["EXPECTED"] = "200" };
        await using ChildProcess register = Sipp.Start(server.Folder, "register", proxy.Address, server.Network.NextAddress() + ":5060", registration);
        await register.SucceedsAsync();
        await using ChildProcess caller = waiting ?? Call();

        // Each scenario checks its messages; the agent hangs up along the recorded route.
        await agent.SucceedsAsync();
        await caller.SucceedsAsync();
        Assert.NotEmpty(await scene.Live.CallAsync("0701", "ended"));
        string via = "Via: SIP/2.0/UDP " + proxy.Address.Split(':')[0];
        Assert.Equal(["ACK", "INVITE"], await RequestsAsync(server.Folder, "agent_answers", agentAddress, via));
        Assert.Equal(waits ? ["ACK", "BYE", "INVITE"] : ["BYE"], await RequestsAsync(server.Folder, "caller", callerAddress, via));
    }

    /// <summary>Methods of the requests that a phone got; each must have come from the proxy.</summary>
    private static async Task<IEnumerable<string>> RequestsAsync(string folder, string scenario, string address, string via)
    {
        string messages = await File.ReadAllTextAsync(Path.Combine(folder, $"{scenario}_{address.Replace(':', '_')}.xml.messages"));
        var requests = messages.Split("-----------------------------------------------")
            .Where(static message => message.Contains("message received", StringComparison.Ordinal))
            .Select(static message => message[(message.IndexOf("\n\n", StringComparison.Ordinal) + 2)..])
            .Where(static message => !message.StartsWith("SIP/2.0", StringComparison.Ordinal))
            .ToList();
        Assert.All(requests, request => Assert.StartsWith(via, request.Split('\n').First(static line => line.StartsWith("Via:", StringComparison.Ordinal)), StringComparison.Ordinal));
        return requests.Select(static request => request.Split(' ')[0]).Distinct().Order(StringComparer.Ordinal);
    }
}
