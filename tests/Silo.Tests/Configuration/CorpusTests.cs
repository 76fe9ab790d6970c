using System.Text;
using System.Text.Json.Nodes;
using Routing.Silo.Configuration;
using Xunit;

namespace Routing.Silo.Tests.Configuration;

/// <summary>
/// Configurations as people write them, good and broken (<c>Corpus</c>): what check-config says of each, line for line, is in <c>expected.txt</c>, which ROUTING_UPDATE_SNAPSHOTS=1 writes anew.
/// </summary>
public sealed class CorpusTests
{
    private static readonly JsonObject Schema = JsonNode.Parse(Repository.Read("deploy/routing.schema.json"))!.AsObject();

    /// <summary>Files and folders of the good ones, by name.</summary>
    public static TheoryData<string> Good => [.. Entries("good").Select(static entry => Path.GetFileName(entry))];

    [Theory]
    [InlineData("good")]
    [InlineData("bad")]
    public void Each_finding_is_told_where_it_is_with_what_to_do(string folder)
    {
        StringBuilder told = new();
        foreach (string entry in Entries(folder))
        {
            ConfigurationResult result = ConfigurationLoader.LoadFile(entry);
            told.Append(Path.GetFileName(entry)).Append(": ").Append(result.Configuration is null ? "refused" : "good").Append('\n');
            foreach (string finding in result.Mistakes.Select(static mistake => mistake.ToString()).Concat(result.Warnings.Where(static warning => !IsOfTheYear(warning)).Select(static warning => warning.AsWarning())))
            {
                told.Append("  ").Append(finding.Replace(Path.GetDirectoryName(entry) + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)).Append('\n');
            }
        }

        string expected = Repository.PathOf($"tests/Silo.Tests/Corpus/{folder}/expected.txt");
        if (Environment.GetEnvironmentVariable("ROUTING_UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(expected, told.ToString());
        }

        Assert.Equal(File.ReadAllText(expected).Split('\n'), told.ToString().Split('\n'));
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void A_good_configuration_is_one_by_the_schema_too(string name)
    {
        string path = Repository.PathOf("tests/Silo.Tests/Corpus/good/" + name);
        if (File.Exists(path))
        {
            Assert.Empty(new SchemaCheck(Schema).Violations(YamlAsJson.Read(File.ReadAllText(path))));
        }

        Assert.NotNull(ConfigurationLoader.LoadFile(path).Configuration);
    }

    /// <summary>Told from next year on.</summary>
    private static bool IsOfTheYear(ConfigurationMistake warning) => warning.Problem.EndsWith("is over", StringComparison.Ordinal);

    /// <summary>Every file, and the folder, in the order of their names.</summary>
    internal static IEnumerable<string> Entries(string folder) => Directory.EnumerateFileSystemEntries(Repository.PathOf("tests/Silo.Tests/Corpus/" + folder))
        .Where(static entry => !entry.EndsWith(".txt", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
}
