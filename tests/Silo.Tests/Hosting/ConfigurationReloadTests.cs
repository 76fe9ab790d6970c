using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Routing.Contracts.Configuration;
using Routing.Silo.Configuration;
using Routing.Silo.Hosting;
using Xunit;

namespace Routing.Silo.Tests.Hosting;

/// <summary>Files that are read again are checked as at the start, all of them before the first one is applied.</summary>
public sealed class ConfigurationReloadTests : IDisposable
{
    private static readonly SiloSettings Settings = SettingsReader.Read(new RawSettings(), new ConfigurationBuilder().Build());

    private readonly TemporaryFolder _folder = new();
    private readonly ScriptedDomain _domains = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_whose_domains_gateways_could_not_tell_apart_change_nothing_not_even_the_first_of_them()
    {
        DescribedDomain[] files = [Write("north", "north.test"), Write("south", "south.test")];
        using ConfigurationReload reload = new(_domains, Settings, files, NullLogger<ConfigurationReload>.Instance);

        Write("north", "same.test");
        Write("south", "same.test");
        await reload.ReadAsync(CancellationToken.None);
        Assert.Empty(_domains.Sent);

        Write("south", "south.test");
        await reload.ReadAsync(CancellationToken.None);
        Assert.Equal(["same.test", "south.test"], _domains.Sent.Select(static command => command.Configuration.Realm));
    }

    [Fact]
    public async Task A_file_whose_domain_could_not_be_told_from_one_of_the_cluster_changes_nothing()
    {
        DescribedDomain[] files = [Write("north", "north.test")];
        DomainConfiguration other = Write("other", "other.test").Configuration;
        using ConfigurationReload reload = new(_domains, Settings, files, NullLogger<ConfigurationReload>.Instance, others: () => [("the cluster", other)]);

        Write("north", "other.test");
        await reload.ReadAsync(CancellationToken.None);
        Assert.Empty(_domains.Sent);

        Write("north", "free.test");
        await reload.ReadAsync(CancellationToken.None);
        Assert.Single(_domains.Sent);
    }

    [Fact]
    public async Task A_file_with_a_mistake_does_not_keep_the_others_and_counts_as_it_was()
    {
        DescribedDomain[] files = [Write("north", "north.test"), Write("south", "south.test")];
        using ConfigurationReload reload = new(_domains, Settings, files, NullLogger<ConfigurationReload>.Instance);

        File.WriteAllText(files[0].File.Path!, "domain: [");
        Write("south", "north.test");
        await reload.ReadAsync(CancellationToken.None);
        Assert.Empty(_domains.Sent);

        Write("south", "another.test");
        await reload.ReadAsync(CancellationToken.None);
        Assert.Equal("another.test", Assert.Single(_domains.Sent).Configuration.Realm);
    }

    private DescribedDomain Write(string domain, string realm)
    {
        string path = Path.Combine(_folder.Path, domain + ".yaml");
        File.WriteAllText(path, $"domain: {domain}\nrealm: {realm}\nqueues:\n  - id: support\nnumbers:\n  - number: \"1000\"\n    queue: support\n");
        DomainFile file = new(path);
        ConfigurationResult read = file.Read();
        Assert.Empty(read.Mistakes);
        return new DescribedDomain(file, read);
    }
}
