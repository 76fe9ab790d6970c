using Routing.EndToEnd.Processes;

namespace Routing.EndToEnd.Phones;

/// <summary>Runs SIPp with one of our scenarios. The exit code says whether every message came as the scenario expects it.</summary>
internal static class Sipp
{
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
        return ChildProcess.Start("sipp", [.. fixedOptions, .. options], folder);
    }

    /// <summary>Completes when sipp has opened its sockets: it shows its first screen then.</summary>
    public static Task ListeningAsync(ChildProcess sipp) => sipp.OutputLineAsync("Scenario Screen");
}
