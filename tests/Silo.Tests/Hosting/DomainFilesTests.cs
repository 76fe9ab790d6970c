using Microsoft.Extensions.Configuration;
using Routing.Silo.Hosting;
using Xunit;

namespace Routing.Silo.Tests.Hosting;

/// <summary>Which domains a process is given, and what it does not start with.</summary>
public sealed class DomainFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_configuration_is_a_domain_of_its_own_in_the_order_in_which_they_were_given()
    {
        IReadOnlyList<DescribedDomain> read = DomainFiles.Read(Settings(new RawSettings { Config = [Write("north", "2000"), Write("south", "3000")] }));

        Assert.Equal(["north", "south"], read.Select(domain => domain.Domain.Value));
        Assert.EndsWith("south.yaml", read[1].File.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_configurations_of_one_domain_are_refused_by_their_names()
    {
        string first = Write("north", "2000");
        string second = _folder.PathOf("copy.yaml");
        File.Copy(first, second);

        StartupException error = Assert.Throws<StartupException>(() => DomainFiles.Read(Settings(new RawSettings { Config = [first, second] })));
        Assert.Equal($"config: {first} and {second} both describe domain north; give each domain one file, or one folder whose files are merged", error.Message);
    }

    [Fact]
    public void Two_domains_under_one_host_are_refused_since_nothing_tells_them_apart()
    {
        RawSettings both = new() { Config = [Write("north", "2000", realm: "voice.example"), Write("south", "3000", realm: "VOICE.example")] };

        Assert.Contains("both answer for host voice.example", Assert.Throws<StartupException>(() => DomainFiles.Read(Settings(both))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_configuration_a_process_has_the_demo_and_a_silo_of_a_cluster_has_nothing_of_its_own()
    {
        Assert.Equal(["demo"], DomainFiles.Read(Settings(new RawSettings())).Select(domain => domain.Domain.Value));
        Assert.Equal(["demo"], DomainFiles.Read(Settings(new RawSettings { Role = "silo", Link = "127.0.0.1:7000" })).Select(domain => domain.Domain.Value));
        Assert.Empty(DomainFiles.Read(Settings(new RawSettings { Role = "silo", Link = "127.0.0.1:7000", Store = "postgres:Host=db" })));
    }

    [Fact]
    public void A_demo_among_several_is_refused_where_others_can_hear_it()
    {
        RawSettings open = new() { Config = [Write("north", "2000"), Write("south", "3000", more: "demo: true")], Http = "0.0.0.0:8080" };

        Assert.Contains("domain south is a demo", Assert.Throws<StartupException>(() => DomainFiles.Read(Settings(open))).Message, StringComparison.Ordinal);
    }

    private static SiloSettings Settings(RawSettings raw) => SettingsReader.Read(raw, new ConfigurationBuilder().Build());

    private string Write(string domain, string number, string? realm = null, string more = "")
    {
        string file = _folder.PathOf(domain + ".yaml");
        File.WriteAllText(file, $"""
            domain: {domain}
            realm: {realm ?? domain}
            {more}
            agents:
              - id: {domain}-alice
                password: not known to anybody
            queues:
              - id: {domain}-sales
            numbers:
              - number: "{number}"
                queue: {domain}-sales
            """);
        return file;
    }
}
