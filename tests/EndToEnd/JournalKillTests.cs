using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Routing.EndToEnd.Hostile;
using Routing.EndToEnd.Processes;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>Callers hang up while the real program's database takes nothing, and then the program is killed: their hang-ups are not lost, and none counts twice.</summary>
public sealed class JournalKillTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hang_ups_during_an_outage_of_the_store_outlive_a_kill_and_count_once_however_often_the_program_dies(bool diesInTheStart)
    {
        await using Scene scene = await Scene.OpenAsync();
        RoutingServer server = scene.Server;
        using RawUdp first = new(server.Network.NextAddress(), server.SipAddress);
        using RawUdp second = new(server.Network.NextAddress(), server.SipAddress);
        using RawUdp stays = new(server.Network.NextAddress(), server.SipAddress);
        string firstAnswer = await RawCalls.AnsweredAsync(first, "first");
        string secondAnswer = await RawCalls.AnsweredAsync(second, "second");
        await RawCalls.AnsweredAsync(stays, "stays");
        await scene.Live.WaitingAsync("support", 3);

        string[] files = [Path.Combine(server.DataFolder, "mailbox.db"), Path.Combine(server.DataFolder, "mailbox.db-wal")];
        string journal = Path.Combine(server.DataFolder, "gateway.journal");
        using JournalWatch watch = new(journal);
        await ProtectAsync(files, isProtected: true);
        try
        {
            await Task.WhenAll(RawCalls.HangUpAsync(first, firstAnswer), RawCalls.HangUpAsync(second, secondAnswer));
            await watch.LinesAsync(2).WaitAsync(Deadline);
            await server.KillAsync();
        }
        finally
        {
            await ProtectAsync(files, isProtected: false);
        }

        Assert.Equal(2, JournalWatch.LinesOf(journal));
        if (diesInTheStart)
        {
            await server.RestartAndKillAsync();
        }

        await server.RestartAsync();
        await AssertTwoLeftAsync(server);
        // What a life that was killed in the middle has told already may be told again, which changes nothing.
        Assert.True(await ReplayedAsync(server) is 2 || diesInTheStart);
        Assert.False(File.Exists(journal));

        // Nor are they told again, once there is nothing more to tell.
        await server.KillAndRestartAsync();
        await AssertTwoLeftAsync(server);
        Assert.Equal(0, await ReplayedAsync(server));

        // The caller who stayed has the place, and the next hang-up is an ordinary one.
        using RawUdp next = new(server.Network.NextAddress(), server.SipAddress);
        await RawCalls.HangUpAsync(next, await RawCalls.AnsweredAsync(next, "next"));
        Assert.False(File.Exists(journal));
    }

    /// <summary>The calls are over before anything listens: the domain hears of them before it hands calls back.</summary>
    private static async Task AssertTwoLeftAsync(RoutingServer server)
    {
        JsonNode summary = await server.GetAsync("summary");
        Assert.Equal((3, 2, 1), ((int)summary["offered"]!, (int)summary["abandoned"]!, (int)summary["waiting"]!));
    }

    private static async Task<int> ReplayedAsync(RoutingServer server)
    {
        Match match = Regex.Match(await server.GetTextAsync("/metrics"), """routing_gateway_events_total\{event="ends-replayed"\} (\d+)""");
        Assert.True(match.Success);
        return int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task ProtectAsync(string[] files, bool isProtected)
    {
        await using ChildProcess chattr = ChildProcess.Start("chattr", [isProtected ? "+i" : "-i", .. files], Path.GetTempPath());
        Assert.True(await chattr.ExitAsync() == 0, chattr.Errors);
    }

    /// <summary>Says when the journal has so many lines.</summary>
    private sealed class JournalWatch : IDisposable
    {
        private readonly string _path;
        private readonly FileSystemWatcher _watcher;
        private readonly SemaphoreSlim _changed = new(0);

        public JournalWatch(string path)
        {
            _path = path;
            _watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!, Path.GetFileName(path));
            _watcher.Changed += (_, _) => _changed.Release();
            _watcher.Created += (_, _) => _changed.Release();
            _watcher.EnableRaisingEvents = true;
        }

        public static int LinesOf(string path)
        {
            if (!File.Exists(path))
            {
                return 0;
            }

            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using StreamReader reader = new(stream, Encoding.UTF8);
            string text = reader.ReadToEnd();
            return text.EndsWith('\n') ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length : 0;
        }

        public async Task LinesAsync(int count)
        {
            while (LinesOf(_path) < count)
            {
                await _changed.WaitAsync();
            }
        }

        public void Dispose()
        {
            _watcher.Dispose();
            _changed.Dispose();
        }
    }
}
