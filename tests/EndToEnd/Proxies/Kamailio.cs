using Routing.EndToEnd.Processes;

namespace Routing.EndToEnd.Proxies;

/// <summary>A real proxy in front of the server: stateful, stays in dialogs by Record-Route, and registers phones with Path.</summary>
internal sealed class Kamailio : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private Kamailio(ChildProcess process, string address)
    {
        _process = process;
        Address = address;
    }

    /// <summary>HOST:PORT, UDP and TCP.</summary>
    public string Address { get; }

    /// <summary>What it has said so far.</summary>
    public string Log => _process.Errors;

    /// <summary>Starts the proxy and completes when it takes requests.</summary>
    /// <param name="folder">Where its configuration goes.</param>
    /// <param name="host">Its IP address.</param>
    /// <param name="server">HOST:PORT of the server behind it.</param>
    /// <param name="transport">udp or tcp: how it calls the server.</param>
    public static async Task<Kamailio> StartAsync(string folder, string host, string server, string transport)
    {
        string file = Path.Combine(folder, "kamailio.cfg");
        await File.WriteAllTextAsync(file, Configuration(host, server, transport));
        return await RunAsync(folder, host, "-f", file);
    }

    /// <summary>The same with the configuration of deploy/kamailio: before several gateways, for carriers.</summary>
    /// <param name="folder">Where its lists go.</param>
    /// <param name="host">Its IP address.</param>
    /// <param name="gateways">HOST:PORT of each.</param>
    /// <param name="carriers">Who may call: address and mask.</param>
    public static async Task<Kamailio> StartForCarriersAsync(string folder, string host, IEnumerable<string> gateways, string carriers)
    {
        string list = Path.Combine(folder, "dispatcher.list");
        await File.WriteAllLinesAsync(list, gateways.Select(static gateway => $"1 sip:{gateway}"));
        string addresses = Path.Combine(folder, "address.list");
        await File.WriteAllTextAsync(addresses, $"1 {carriers}\n");
        string file = Path.Combine(AppContext.BaseDirectory, "Deploy", "kamailio.cfg");
        return await RunAsync(folder, host, "-f", file, "-A", $"LISTEN=udp:{host}:5060", "-A", $"GATEWAYS=\"{list}\"", "-A", $"CARRIERS=\"{addresses}\"");
    }

    /// <summary>Completes when it has said that a gateway is out of turn, or back.</summary>
    public Task GatewayAsync(string gateway, string says) => _process.ErrorLineAsync($"gateway sip:{gateway} {says}");

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<Kamailio> RunAsync(string folder, string host, params string[] options)
    {
        ChildProcess process = ChildProcess.Start(
            "kamailio", ["-DD", "-E", "-m", "32", "-M", "4", "-w", folder, "-Y", folder, "-P", Path.Combine(folder, "kamailio.pid"), .. options], folder);
        try
        {
            await process.ErrorLineAsync("the proxy is ready");
            return new Kamailio(process, host + ":5060");
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    private static string Configuration(string host, string server, string transport) =>
        $$"""
        debug=2
        log_stderror=yes
        children=2
        tcp_children=2
        auto_aliases=no
        listen=udp:{{host}}:5060
        listen=tcp:{{host}}:5060
        loadmodule "tm.so"
        loadmodule "sl.so"
        loadmodule "rr.so"
        loadmodule "pv.so"
        loadmodule "xlog.so"
        loadmodule "maxfwd.so"
        loadmodule "textops.so"
        loadmodule "siputils.so"
        loadmodule "path.so"
        event_route[core:worker-one-init] {
          xlog("L_ERR", "the proxy is ready\n");
        }
        request_route {
          if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
          if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
          if (has_totag()) {
            if (loose_route()) { t_relay(); exit; }
            if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
            sl_send_reply("404", "Not Here");
            exit;
          }
          t_check_trans();
          if (is_method("INVITE")) record_route();
          if ($si == "{{server.Split(':')[0]}}") { loose_route(); t_relay(); exit; }
          if (is_method("REGISTER")) add_path();
          $du = "sip:{{server}};transport={{transport}}";
          t_relay();
        }
        """;
}
