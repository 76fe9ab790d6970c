using System.Globalization;
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

    /// <summary>503 for a number, and for a queue that nobody serves; calls to 1000 wait.</summary>
    private const string Refusing = """
        domain: refusing
        realm: demo
        demo: true
        skills: [support, sales]
        agents:
          - { id: alice, password: alice-demo, skills: { support: 5, sales: 5 } }
        queues:
          - { id: support, needs: { support: 1 } }
          - { id: sales, needs: { sales: 1 }, answer: on-agent, overflow: [{ on: nobody-logged-in, reject: 503 }] }
        numbers:
          - { number: "1000", queue: support }
          - { number: "4000", reject: 503 }
          - { number: "5000", queue: sales }
        apiKeys:
          - { name: admin, key: demo-admin, role: admin }
        """;

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

    [Theory]
    [InlineData("4000")]
    [InlineData("5000")]
    public async Task A_503_of_the_configuration_is_asked_of_one_gateway_only_reaches_the_caller_and_takes_no_gateway_out(string number)
    {
        await using Scene scene = await Scene.OpenAsync(Refusing, split: true);
        OtherGateway other = await scene.OtherGatewayAsync();
        await using Kamailio proxy = await ProxyAsync(scene, other);

        // In turn: each of the gateways is the first once.
        await scene.SippCaller("1431", number, "caller_refused", expected: "503", at: proxy.Address).SucceedsAsync();
        await scene.SippCaller("1432", number, "caller_refused", expected: "503", at: proxy.Address).SucceedsAsync();

        Assert.Equal((1, 1), await ArrivedAsync(scene, other));
        await CallAsync(scene, proxy, "1433");
        await CallAsync(scene, proxy, "1434");
        Assert.Equal((1, 1), await LiveCallsAsync(scene, other));
        Assert.DoesNotContain(Out, proxy.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_one_gateway_cannot_take_now_the_other_is_asked_and_the_caller_gets_503_with_Retry_After_when_none_can()
    {
        await using Scene scene = await Scene.OpenAsync(Refusing, split: true);
        // A share that is taken is no reason for OPTIONS to say 503: other carriers have theirs.
        OtherGateway other = await scene.OtherGatewayAsync("--limits", "trunk-calls=1");
        await using Kamailio proxy = await ProxyAsync(scene, other);
        foreach (string caller in (string[])["1441", "1442", "1443", "1444"])
        {
            await CallAsync(scene, proxy, caller);
        }

        Assert.Equal((3, 1), await LiveCallsAsync(scene, other));
        Assert.Matches("(?m)^routing_sip_defence_total{reason=\"refused-call-share\"} 1$", await MetricsAsync(other));
        Assert.DoesNotContain(Out, proxy.Log, StringComparison.Ordinal);

        scene.Server.Process.Kill();
        await proxy.GatewayAsync(scene.Server.SipAddress, Out);
        ChildProcess last = scene.SippCaller("1445", "1000", "caller_refused", expected: "503", at: proxy.Address);
        await last.SucceedsAsync();
        Assert.Matches("SIP/2.0 503 (.+\n)*Retry-After: 5\r?\n", await File.ReadAllTextAsync(last.RecordFile!));
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
        const string live = "routing_sip_calls_live";
        return (Figure(await scene.Server.GetTextAsync("/metrics"), live), Figure(await MetricsAsync(other), live));
    }

    /// <summary>INVITEs that became calls at each gateway since its start, refused or not.</summary>
    private static async Task<(int Here, int There)> ArrivedAsync(Scene scene, OtherGateway other)
    {
        const string arrived = "routing_gateway_events_total{event=\"calls-arrived\"}";
        return (Figure(await scene.Server.GetTextAsync("/metrics"), arrived), Figure(await MetricsAsync(other), arrived));
    }

    private static async Task<string> MetricsAsync(OtherGateway gateway)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"http://{gateway.HttpAddress}/metrics"));
    }

    private static int Figure(string metrics, string name) =>
        int.Parse(Regex.Match(metrics, $"^{Regex.Escape(name)} (\\d+)$", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture);

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
