using System.Text.RegularExpressions;
using Xunit;

namespace Routing.Architecture.Tests;

/// <summary>The root stays small, plans stay out of it, and nothing tracked names a machine.</summary>
public sealed partial class LayoutTests
{
    private static readonly string[] RootFolders = [".ci", "deploy", "load-tests", "src", "tests"];

    private static readonly string[] RootFiles =
    [
        ".editorconfig", ".gitattributes", ".gitignore", "BannedSymbols.txt", "CHANGELOG.md", "Directory.Build.props", "Directory.Packages.props", "LICENSE",
        "README.md", "Routing.sln", "global.json", "test.sh",
    ];

    private static readonly string[] TextExtensions =
        [".cs", ".csproj", ".css", ".html", ".in", ".json", ".md", ".mjs", ".props", ".py", ".sh", ".sln", ".sql", ".targets", ".ts", ".tsx", ".txt", ".xml", ".yaml", ".yml", ""];

    [Fact]
    public void The_root_holds_only_the_known_folders_and_files()
    {
        IEnumerable<string> folders = RepositoryFiles.Tracked.Where(path => path.Contains('/', StringComparison.Ordinal)).Select(path => path.Split('/')[0]).Distinct();
        IEnumerable<string> files = RepositoryFiles.Tracked.Where(path => !path.Contains('/', StringComparison.Ordinal));

        Assert.Empty(folders.Except(RootFolders, StringComparer.Ordinal));
        Assert.Empty(files.Except(RootFiles, StringComparer.Ordinal));
    }

    [Fact]
    public void Every_source_project_explains_itself()
    {
        IEnumerable<string> silent = Directory.GetDirectories(Path.Combine(RepositoryFiles.Root, "src")).Where(path => !File.Exists(Path.Combine(path, "README.md")));

        Assert.Empty(silent);
    }

    [Fact]
    public void Tracked_files_name_no_path_of_a_machine()
    {
        List<string> found = [];
        foreach (string path in RepositoryFiles.Tracked.Where(path => TextExtensions.Contains(Path.GetExtension(path), StringComparer.Ordinal)))
        {
            foreach (ValueMatch match in MachinePath().EnumerateMatches(RepositoryFiles.Read(path)))
            {
                found.Add($"{path} at character {match.Index}");
            }
        }

        Assert.Empty(found);
    }

    [GeneratedRegex("""(?<![A-Za-z0-9_.])/(?:work|farm|root|home/[a-z]+|tmp/w)/|"resolved": *"https?:""")]
    private static partial Regex MachinePath();
}
