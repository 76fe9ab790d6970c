using System.Diagnostics;

namespace Routing.Architecture.Tests;

/// <summary>The tracked files of this repository.</summary>
internal static class RepositoryFiles
{
    private static readonly Lazy<string> LazyRoot = new(FindRoot);

    private static readonly Lazy<IReadOnlyList<string>> LazyTracked = new(ListTracked);

    public static string Root => LazyRoot.Value;

    /// <summary>Paths relative to <see cref="Root"/>, with forward slashes, of files that exist; new files that git does not ignore included.</summary>
    public static IReadOnlyList<string> Tracked => LazyTracked.Value;

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static IEnumerable<string> SourceFiles(params string[] folders) =>
        Tracked.Where(path => path.EndsWith(".cs", StringComparison.Ordinal)
            && Array.Exists(folders, folder => path.StartsWith(folder, StringComparison.Ordinal)));

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Routing.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("Routing.sln is in no folder above " + AppContext.BaseDirectory);
    }

    private static List<string> ListTracked()
    {
        // safe.directory: the checkout may belong to another user than the one who runs the tests.
        var start = new ProcessStartInfo("git") { WorkingDirectory = Root, RedirectStandardOutput = true };
        foreach (string argument in (string[])["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            start.ArgumentList.Add(argument);
        }

        using Process git = Process.Start(start) ?? throw new InvalidOperationException("git did not start");
        string output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        if (git.ExitCode != 0)
        {
            throw new InvalidOperationException($"git ls-files ended with {git.ExitCode}");
        }

        return [.. output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(path => File.Exists(Path.Combine(Root, path))).Order(StringComparer.Ordinal)];
    }
}
