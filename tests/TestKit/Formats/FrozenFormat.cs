namespace Routing.TestKit.Formats;

/// <summary>
/// A format that others rely on, as a text of one line for each thing that they may rely on, in <c>src/Contracts/Formats</c>. What a version has it keeps: lines may come, none may go or change;
/// a change that breaks readers needs a new version, beside the old one for as long as that is read. ROUTING_UPDATE_SNAPSHOTS=1 adds what is new, and removes nothing: from then on it is promised.
/// </summary>
public static class FrozenFormat
{
    /// <summary>What is promised and not there any more, for people; empty when nothing is.</summary>
    /// <param name="name">The file, without its folder.</param>
    /// <param name="current">The lines of the format as it is now.</param>
    public static IReadOnlyList<string> Compare(string name, IEnumerable<string> current)
    {
        ArgumentNullException.ThrowIfNull(current);
        string path = Path.Combine(Root(), "src", "Contracts", "Formats", name);
        SortedSet<string> now = new(current, StringComparer.Ordinal);
        SortedSet<string> frozen = new(File.Exists(path) ? File.ReadAllLines(path) : [], StringComparer.Ordinal);
        List<string> lost = [.. frozen.Except(now).Select(line => $"{name} is frozen and has lost or changed: {line}")];
        if (Environment.GetEnvironmentVariable("ROUTING_UPDATE_SNAPSHOTS") == "1")
        {
            frozen.UnionWith(now);
            File.WriteAllText(path, string.Concat(frozen.Select(static line => line + "\n")));
        }

        return frozen.Count > 0 ? lost : [$"{path} is empty or missing"];
    }

    /// <summary>The folder of the solution.</summary>
    public static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Routing.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException("The tests do not run below the solution.");
    }
}
