using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Routing.EndToEnd.Audio;
using Routing.EndToEnd.Processes;

namespace Routing.EndToEnd.Phones;

/// <summary>A real softphone without a screen: plays a tone of its own, records what it hears, and is driven over its control connection.</summary>
internal sealed class Baresip : IAsyncDisposable
{
    private const int ControlPort = 4444;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process;
    private readonly TcpClient _control;
    private readonly string _recordings;
    private readonly Channel<JsonObject> _events = Channel.CreateUnbounded<JsonObject>();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;
    private readonly List<JsonObject> _seen = [];

    private Baresip(ChildProcess process, TcpClient control, string recordings, string address)
    {
        _process = process;
        _control = control;
        _recordings = recordings;
        Address = address;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>HOST:PORT where it listens for SIP.</summary>
    public string Address { get; }

    /// <summary>Starts a phone that registers as the user, or one that only calls when there is no password.</summary>
    public static async Task<Baresip> StartAsync(string folder, BaresipOptions options)
    {
        string home = Path.Combine(folder, options.User + "-" + options.Address);
        string recordings = Path.Combine(home, "heard");
        Directory.CreateDirectory(recordings);
        WaveFile.WriteTone(Path.Combine(home, "tone.wav"), options.ToneHz, TimeSpan.FromSeconds(120));
        await File.WriteAllTextAsync(Path.Combine(home, "config"), Configuration(options, home, recordings));
        await File.WriteAllTextAsync(Path.Combine(home, "accounts"), Account(options));
        await File.WriteAllTextAsync(Path.Combine(home, "contacts"), "");
        // Line buffered, or its log would come in blocks of 4 KB.
        ChildProcess process = ChildProcess.Start("stdbuf", ["-oL", "-eL", "baresip", "-f", home, "-v"], home);
        try
        {
            await process.OutputLineAsync("baresip is ready");
            var control = new TcpClient();
            await control.ConnectAsync(options.Address, ControlPort);
            return new Baresip(process, control, recordings, $"{options.Address}:5060");
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public Task DialAsync(string uri) => CommandAsync("dial", uri);

    public Task AcceptAsync() => CommandAsync("accept", "");

    public Task HangUpAsync() => CommandAsync("hangup", "");

    /// <summary>Completes with the next event of the kind that no one waited for yet: CALL_INCOMING, CALL_RINGING, CALL_ESTABLISHED, CALL_CLOSED.</summary>
    public async Task<JsonObject> EventAsync(string type)
    {
        using var limited = new CancellationTokenSource(Deadline);
        try
        {
            while (true)
            {
                JsonObject next = await _events.Reader.ReadAsync(limited.Token);
                lock (_seen)
                {
                    _seen.Add(next);
                }

                if ((string?)next["type"] == type)
                {
                    return next;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"no {type} within {Deadline}; events: {string.Join(' ', _seen.Select(item => item.ToJsonString()))}\n{_process.Output}\n{_process.Errors}");
        }
    }

    /// <summary>Everything it heard so far, its calls and their media changes one after the other.</summary>
    public WaveFile Heard() =>
        new(8000, [.. Directory.GetFiles(_recordings, "*dec*.wav").Order(StringComparer.Ordinal).SelectMany(file => WaveFile.Read(file).Samples)]);

    /// <summary>Completes once it has heard a tone for so long; looks at the recordings whenever they grow.</summary>
    public async Task HeardAsync(double toneHz, double seconds)
    {
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look()
        {
            if (ToneMeter.SecondsOf(Heard(), toneHz) >= seconds)
            {
                enough.TrySetResult();
            }
        }

        using var watcher = new FileSystemWatcher(_recordings) { NotifyFilter = NotifyFilters.Size | NotifyFilters.LastWrite };
        watcher.Changed += (_, _) => Look();
        watcher.EnableRaisingEvents = true;
        Look();
        try
        {
            await enough.Task.WaitAsync(Deadline);
        }
        catch (TimeoutException)
        {
            WaveFile heard = Heard();
            throw new TimeoutException($"heard {ToneMeter.SecondsOf(heard, toneHz)} s of {toneHz} Hz in {heard.Samples.Length / 8000.0} s\n{_process.Output}\n{_process.Errors}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _control.Dispose();
        await _reading;
        await _process.DisposeAsync();
        _stop.Dispose();
    }

    private static string Configuration(BaresipOptions options, string home, string recordings) =>
        $"""
        poll_method epoll
        sip_listen {options.Address}:5060
        net_interface {options.Address}
        call_local_timeout 120
        call_max_calls 4
        audio_player aubridge,sink
        audio_source aufile,{home}/tone.wav
        audio_alert aubridge,alert
        ausrc_srate 8000
        auplay_srate 8000
        ausrc_channels 1
        auplay_channels 1
        audio_buffer 40-160
        rtp_ports 20000-24998
        module_path /usr/lib/baresip/modules
        module g711.so
        module aufile.so
        module aubridge.so
        module sndfile.so
        module_tmp uuid.so
        module_tmp account.so
        module_app menu.so
        module_app ctrl_tcp.so
        ctrl_tcp_listen {options.Address}:{ControlPort}
        snd_path {recordings}

        """;

    private static string Account(BaresipOptions options)
    {
        string outbound = $"outbound=\"sip:{options.Server};transport={options.Transport}\"";
        string answer = options.AnswersByItself ? "auto" : "manual";
        return options.Password is { } password
            ? $"<sip:{options.User}@{options.Server}>;auth_user={options.User};auth_pass={password};{outbound};regint=300;answermode={answer};audio_codecs=pcmu\n"
            : $"<sip:{options.User}@{options.Address}>;{outbound};regint=0;answermode={answer};audio_codecs=pcmu\n";
    }

    private async Task CommandAsync(string command, string parameters)
    {
        string message = new JsonObject { ["command"] = command, ["params"] = parameters, ["token"] = command }.ToJsonString();
        await _control.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"{message.Length}:{message},"));
    }

    /// <summary>Reads netstrings: LENGTH:TEXT, one JSON object each, events and answers to commands.</summary>
    private async Task ReadAsync()
    {
        var pending = new List<byte>();
        byte[] buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await _control.GetStream().ReadAsync(buffer, _stop.Token)) > 0)
            {
                pending.AddRange(buffer.AsSpan(0, count));
                while (TakeMessage(pending) is { } message)
                {
                    _events.Writer.TryWrite(message);
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The phone or the test ended; whoever still waits for an event is told so by its deadline.
        }
    }

    private static JsonObject? TakeMessage(List<byte> pending)
    {
        int colon = pending.IndexOf((byte)':');
        if (colon < 0)
        {
            return null;
        }

        int length = int.Parse(Encoding.ASCII.GetString([.. pending[..colon]]));
        if (pending.Count < colon + 1 + length + 1)
        {
            return null;
        }

        string text = Encoding.UTF8.GetString([.. pending.GetRange(colon + 1, length)]);
        pending.RemoveRange(0, colon + 1 + length + 1);
        return JsonNode.Parse(text)!.AsObject();
    }
}
