using Routing.EndToEnd.Processes;

namespace Routing.EndToEnd.Phones;

/// <summary>Runs SIPp with one of our scenarios. The exit code says whether every message came as the scenario expects it.</summary>
internal static class Sipp
{
    private static readonly TimeSpan ListenDeadline = TimeSpan.FromSeconds(60);

    /// <summary>Starts a scenario for one call.</summary>
    /// <param name="folder">Where its filled-in scenario and its error log go.</param>
    /// <param name="scenario">File in Scenarios, without extension.</param>
    /// <param name="server">HOST:PORT of the server under test.</param>
    /// <param name="local">Its own HOST:PORT.</param>
    /// <param name="values">What @NAME@ in the scenario stands for.</param>
    /// <param name="options">More options of sipp.</param>
    public static ChildProcess Start(string folder, string scenario, string server, string local, IReadOnlyDictionary<string, string> values, params string[] options)
    {
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Scenarios", scenario + ".xml"));
        foreach ((string name, string value) in values)
        {
            text = text.Replace($"@{name}@", value, StringComparison.Ordinal);
        }

        string file = Path.Combine(folder, $"{scenario}_{local.Replace(':', '_')}.xml");
        File.WriteAllText(file, text);
        string[] address = local.Split(':');
        string[] fixedOptions =
        [
            server, "-sf", file, "-i", address[0], "-p", address[1], "-mi", address[0], "-m", "1", "-nostdin", "-timeout", "60", "-timeout_error",
            "-trace_err", "-error_file", file + ".errors", "-trace_msg", "-message_file", file + ".messages",
        ];
        ChildProcess sipp = ChildProcess.Start("sipp", [.. fixedOptions, .. options], folder);
        sipp.RecordFile = file + ".messages";
        return sipp;
    }

    /// <summary>Starts a scenario that waits for calls, and completes when it listens: sipp writes its first line of statistics then.</summary>
    public static async Task<ChildProcess> ListenAsync(string folder, string scenario, string server, string local, IReadOnlyDictionary<string, string> values, params string[] options)
    {
        string statistics = $"{scenario}_{local.Replace(':', '_')}.csv";
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(folder, statistics);
        watcher.Created += (_, _) => listening.TrySetResult();
        watcher.EnableRaisingEvents = true;
        ChildProcess sipp = Start(folder, scenario, server, local, values, [.. options, "-trace_stat", "-stf", Path.Combine(folder, statistics), "-fd", "1"]);
        await listening.Task.WaitAsync(ListenDeadline);
        return sipp;
    }
}
