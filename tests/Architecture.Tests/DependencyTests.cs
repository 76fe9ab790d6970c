using System.Reflection;
using System.Xml.Linq;
using Xunit;

namespace Routing.Architecture.Tests;

/// <summary>Dependencies point one way (README, "Parts"): by project file and by what the compiler really used.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Contracts"] = [],
        ["Sip"] = [],
        ["Grains"] = ["Contracts"],
        ["Mailbox"] = ["Contracts"],
        ["Gateway"] = ["Contracts", "Mailbox", "Sip"],
        ["Silo"] = ["Contracts", "Gateway", "Grains", "Mailbox", "Sip"],
    };

    private static readonly Dictionary<string, string[]> AllowedPackages = new(StringComparer.Ordinal)
    {
        ["Contracts"] = [],
        ["Sip"] = [],
        ["Grains"] = [],
        ["Mailbox"] = ["Microsoft.Data.Sqlite", "Npgsql", "SQLitePCLRaw.bundle_e_sqlite3"],
        ["Gateway"] = ["Microsoft.AspNetCore.OpenApi"],
        ["Silo"] = ["System.CommandLine", "YamlDotNet"],
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Fact]
    public void Every_project_under_src_is_in_the_rule()
    {
        IEnumerable<string> projects = Directory.GetDirectories(Path.Combine(RepositoryFiles.Root, "src")).Select(path => Path.GetFileName(path));

        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), projects.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_files_reference_only_what_the_rule_allows(string project)
    {
        XDocument file = XDocument.Parse(RepositoryFiles.Read($"src/{project}/{project}.csproj"));
        IEnumerable<string> projects = file.Descendants("ProjectReference").Select(item => Path.GetFileNameWithoutExtension(item.Attribute("Include")!.Value));
        IEnumerable<string> packages = file.Descendants("PackageReference").Select(item => item.Attribute("Include")!.Value);

        Assert.Empty(projects.Except(Allowed[project], StringComparer.Ordinal));
        Assert.Empty(packages.Except(AllowedPackages[project], StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Compiled_assemblies_use_only_what_the_rule_allows(string project)
    {
        Assembly assembly = Assembly.Load(project == "Silo" ? "routing" : "Routing." + project);
        IEnumerable<string> ours = assembly.GetReferencedAssemblies()
            .Select(name => name.Name!)
            .Where(name => name.StartsWith("Routing.", StringComparison.Ordinal))
            .Select(name => name["Routing.".Length..]);

        Assert.Empty(ours.Except(Allowed[project], StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Contracts")]
    [InlineData("Grains")]
    public void Contracts_and_grains_use_the_base_class_library_only(string project)
    {
        IEnumerable<string> foreign = Assembly.Load("Routing." + project).GetReferencedAssemblies()
            .Select(name => name.Name!)
            .Where(name => !name.StartsWith("System.", StringComparison.Ordinal) && !name.StartsWith("Routing.", StringComparison.Ordinal));

        Assert.Empty(foreign);
    }

    [Theory]
    [InlineData("Microsoft.Data.Sqlite", "src/Mailbox/Sqlite/")]
    [InlineData("SQLitePCL", "src/Mailbox/Sqlite/")]
    [InlineData("Npgsql", "src/Mailbox/Postgres/")]
    public void Database_clients_appear_only_in_the_folder_of_their_store(string client, string folder)
    {
        IEnumerable<string> strangers = RepositoryFiles.SourceFiles("src/")
            .Where(path => !path.StartsWith(folder, StringComparison.Ordinal))
            .Where(path => RepositoryFiles.Read(path).Contains(client, StringComparison.Ordinal));

        Assert.Empty(strangers);
    }
}
