using Routing.EndToEnd.Processes;

namespace Routing.EndToEnd.Phones;

/// <summary>Another maker's softphone, driven by lines on its standard input: offers many codecs, and re-invites with all of them.</summary>
internal sealed class Linphone : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private Linphone(ChildProcess process) => _process = process;

    /// <summary>Starts a phone at an address of its own; it answers every call at once.</summary>
    public static async Task<Linphone> StartAsync(string folder, string user, string address)
    {
        string home = Path.Combine(folder, $"linphone-{user}-{address}");
        Directory.CreateDirectory(Path.Combine(home, ".local", "share", "linphone"));
        Directory.CreateDirectory(Path.Combine(home, ".config", "linphone"));
        string file = Path.Combine(home, "linphonerc");
        await File.WriteAllTextAsync(file, Configuration(user, address));
        string[] options = ["--config", file, "--log", Path.Combine(home, "log"), "--auto-answer", "--disable-stats-events"];
        // Line buffered, or events would come in blocks of 4 KB.
        ChildProcess process = ChildProcess.StartInteractive(
            "stdbuf", ["-oL", "-eL", "linphone-daemon", .. options], home, new Dictionary<string, string> { ["HOME"] = home });
        await process.WriteLineAsync("version");
        await process.OutputLineAsync("Version:");
        return new Linphone(process);
    }

    public Task RegisterAsync(string user, string server, string password) =>
        _process.WriteLineAsync($"register sip:{user}@demo sip:{server} {password} {user}");

    public Task DialAsync(string uri) => _process.WriteLineAsync("call " + uri);

    public Task HangUpAsync() => _process.WriteLineAsync("terminate");

    /// <summary>Completes when it said that its call is so: StreamsRunning, UpdatedByRemote, End.</summary>
    public Task StateAsync(string state) => _process.OutputLineAsync("Event: LinphoneCall" + state);

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string Configuration(string user, string address) =>
        $"""
        [sip]
        bind_address={address}
        sip_port=5060
        sip_tcp_port=5060
        sip_tls_port=0
        use_ipv6=0
        guess_hostname=0
        contact=sip:{user}@{address}:5060
        media_encryption=none
        [net]
        mtu=1300
        firewall_policy=0
        dns_srv_enabled=0
        [rtp]
        audio_rtp_port=21000-21998
        [video]
        enabled=0
        [misc]
        version_check_url_root=

        """;
}
