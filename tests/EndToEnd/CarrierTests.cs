using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Routing.EndToEnd.Network;
using Routing.EndToEnd.Phones;
using Routing.EndToEnd.Processes;
using Routing.EndToEnd.Proxies;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>Carriers call several gateways through Kamailio with the configuration of deploy/kamailio.</summary>
public sealed class CarrierTests
{
    private const string Out = "takes no calls";
    private const string Back = "takes calls again";

    [Fact]
    public async Task Calls_go_to_each_gateway_in_turn_past_one_that_is_killed_and_to_it_again_when_it_is_back()
    {
        await using Scene scene = await Scene.OpenAsync(split: true);
        OtherGateway other = await scene.OtherGatewayAsync();
        await using Kamailio proxy = await ProxyAsync(scene, other);
        List<ChildProcess> callers = [await CallAsync(scene, proxy, "1401"), await CallAsync(scene, proxy, "1402")];
        Assert.Equal((1, 1), await LiveCallsAsync(scene, other));

        // One of the next two is sent to the dead one first: nobody has found out yet.
        await other.KillAsync();
        callers.Add(await CallAsync(scene, proxy, "1403"));
        callers.Add(await CallAsync(scene, proxy, "1404"));
        await proxy.GatewayAsync(other.SipAddress, Out);

        await other.RestartAsync();
        await proxy.GatewayAsync(other.SipAddress, Back);
        callers.Add(await CallAsync(scene, proxy, "1405"));
        callers.Add(await CallAsync(scene, proxy, "1406"));
        Assert.Equal((4, 2), await LiveCallsAsync(scene, other));

        // The agent hangs up on each of them: the BYE of either gateway finds its caller through the proxy.
        ChildProcess agent = await scene.SippAgentAsync("alice", "agent_answers", calls: callers.Count);
        foreach (ChildProcess caller in callers)
        {
            await caller.SucceedsAsync();
        }

        await agent.SucceedsAsync();
        await scene.Live.CallAsync("1406", "ended");
        JsonArray calls = (await scene.Server.GetAsync("calls?state=ended"))["items"]!.AsArray();
        Assert.Equal(["1401", "1402", "1403", "1404", "1405", "1406"], calls.Select(static call => (string?)call!["ani"]).Order(StringComparer.Ordinal));
        Assert.All(calls, static call => Assert.Equal("answered", (string?)call!["outcome"]));
    }

    [Fact]
    public async Task A_gateway_that_is_asked_to_end_gets_no_calls_and_ends_when_the_last_of_its_own_has()
    {
        await using Scene scene = await Scene.OpenAsync(split: true);
        OtherGateway other = await scene.OtherGatewayAsync("--limits", "drain-seconds=600");
        await using Kamailio proxy = await ProxyAsync(scene, other);
        ChildProcess here = await CallAsync(scene, proxy, "1411");
        ChildProcess there = await CallAsync(scene, proxy, "1412");
        Assert.Equal((1, 1), await LiveCallsAsync(scene, other));

        await other.TerminateAsync();
        await proxy.GatewayAsync(other.SipAddress, Out);
        using var http = new HttpClient();
        using HttpResponseMessage ready = await http.GetAsync(new Uri($"http://{other.HttpAddress}/readyz"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        await scene.SippCaller("1413", "1000", "caller_refused", expected: "503", at: other.SipAddress).SucceedsAsync();
        ChildProcess next = await CallAsync(scene, proxy, "1414");
        ChildProcess last = await CallAsync(scene, proxy, "1415");
        Assert.Equal((3, 1), await LiveCallsAsync(scene, other));

        await scene.SippAgentAsync("alice", "agent_answers", calls: 4);
        foreach (ChildProcess caller in new[] { here, there, next, last })
        {
            await caller.SucceedsAsync();
        }

        Assert.Equal(0, await other.ExitAsync());
    }

    [Fact]
    public async Task A_gateway_that_was_frozen_when_an_INVITE_came_leaves_the_call_to_the_one_that_took_it()
    {
        await using Scene scene = await Scene.OpenAsync(split: true);
        OtherGateway other = await scene.OtherGatewayAsync("--limits", "lease-seconds=60");
        await using Kamailio proxy = await ProxyAsync(scene, other);
        await other.FreezeAsync();
        // One of the two lies unread at the frozen gateway until the proxy goes on.
        ChildProcess first = scene.SippCaller("1421", "1000", at: proxy.Address);
        ChildProcess second = scene.SippCaller("1422", "1000", at: proxy.Address);
        await scene.Live.CallAsync("1421", "waiting");
        await scene.Live.CallAsync("1422", "waiting");

        await other.ContinueAsync();
        await proxy.GatewayAsync(other.SipAddress, Back);
        Assert.Equal((2, 0), await LiveCallsAsync(scene, other));
        ChildProcess agent = await scene.SippAgentAsync("alice", "agent_answers", calls: 2);
        await first.SucceedsAsync();
        await second.SucceedsAsync();
        await agent.SucceedsAsync();
        await scene.Live.CallAsync("1421", "ended");
        await scene.Live.CallAsync("1422", "ended");
        JsonArray calls = (await scene.Server.GetAsync("calls?state=ended"))["items"]!.AsArray();
        Assert.Equal(["1421", "1422"], calls.Select(static call => (string?)call!["ani"]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_proxy_is_the_trunk_and_nobody_calls_past_it()
    {
        string address = new TestNetwork().NextAddress();
        await using RoutingServer guarded = await RoutingServer.StartAsync(Guarded(address));
        string carrier = guarded.Network.NextAddress();
        await using Kamailio proxy = await Kamailio.StartForCarriersAsync(guarded.Folder, address, [guarded.SipAddress], carrier + " 32");
        string phone = guarded.Network.NextAddress() + ":5060";
        var values = new Dictionary<string, string> { ["USER"] = "+33612345678", ["RING"] = "10", ["TALK"] = "100", ["STATUS"] = "603", ["EXPECTED"] = "403", ["PASSWORD"] = "long-enough", ["CONTACT"] = phone };
        await using ChildProcess agent = await Sipp.ListenAsync(guarded.Folder, "agent_answers", guarded.SipAddress, phone, values);
        await using ChildProcess register = Sipp.Start(
            guarded.Folder, "register", guarded.SipAddress, guarded.Network.NextAddress() + ":5070", new Dictionary<string, string>(values) { ["USER"] = "alice", ["EXPECTED"] = "200" });
        await register.SucceedsAsync();

        await using ChildProcess past = Sipp.Start(guarded.Folder, "caller_refused", guarded.SipAddress, carrier + ":5060", values, "-s", "1000");
        await past.SucceedsAsync();
        await using ChildProcess stranger = Sipp.Start(guarded.Folder, "caller_refused", proxy.Address, guarded.Network.NextAddress() + ":5060", values, "-s", "1000");
        await stranger.SucceedsAsync();
        await using ChildProcess caller = Sipp.Start(guarded.Folder, "caller", proxy.Address, carrier + ":5070", values, "-s", "1000");
        await agent.SucceedsAsync();
        await caller.SucceedsAsync();

        // The agent sees who calls, not who passed it on.
        string heard = await File.ReadAllTextAsync(Path.Combine(guarded.Folder, $"agent_answers_{phone.Replace(':', '_')}.xml.messages"));
        Assert.Matches("From: .*<sip:\\+33612345678@", heard);
    }

    private static Task<Kamailio> ProxyAsync(Scene scene, OtherGateway other)
    {
        RoutingServer server = scene.Server;
        return Kamailio.StartForCarriersAsync(server.Folder, server.Network.NextAddress(), [server.SipAddress, other.SipAddress], server.Network.Block + ".0 24");
    }

    private static async Task<ChildProcess> CallAsync(Scene scene, Kamailio proxy, string caller)
    {
        ChildProcess process = scene.SippCaller(caller, "1000", at: proxy.Address);
        await scene.Live.CallAsync(caller, "waiting");
        return process;
    }

    private static async Task<(int Here, int There)> LiveCallsAsync(Scene scene, OtherGateway other)
    {
        using var http = new HttpClient();
        return (CallsIn(await scene.Server.GetTextAsync("/metrics")), CallsIn(await http.GetStringAsync(new Uri($"http://{other.HttpAddress}/metrics"))));
    }

    private static int CallsIn(string metrics) => int.Parse(Regex.Match(metrics, "^routing_sip_calls_live (\\d+)$", RegexOptions.Multiline).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    private static string Guarded(string trunk) =>
        $$"""
        domain: guarded
        realm: demo
        hosts: [demo]
        skills: [support]
        agents:
          - id: alice
            name: Alice
            password: long-enough
            skills: { support: 5 }
        queues:
          - id: support
            name: Support
            needs: { support: 1 }
        numbers:
          - number: "1000"
            queue: support
        trunks:
          - name: carrier
            addresses: [{{trunk}}]
        apiKeys:
          - name: admin
            key: demo-admin
            role: admin
        """;
}
