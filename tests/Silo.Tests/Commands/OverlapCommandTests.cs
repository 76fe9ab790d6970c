using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Silo.Commands;
using Routing.Silo.Configuration;
using Xunit;

namespace Routing.Silo.Tests.Commands;

/// <summary>A configuration that gateways could not tell from another domain's is refused by REST as it is at the start, and changes nothing.</summary>
public sealed class OverlapCommandTests
{
    private const string Others =
        """
        domain: office
        realm: office
        skills: [desk]
        agents: [ { id: ann, password: long-enough-3, skills: { desk: 5 } } ]
        queues: [ { id: desk, needs: { desk: 1 } } ]
        numbers: [ { number: "900", queue: desk } ]
        """;

    private const string Yaml = $$"""
        domain: shop
        skills: [support]
        agents: [ { id: carl, password: long-enough-1, skills: { support: 5 } } ]
        queues: [ { id: help, needs: { support: 1 } } ]
        numbers: [ { number: "100", queue: help } ]
        apiKeys:
          - { name: reader, key: {{RunningServer.Key}}, role: reader }
          - { name: admin, key: {{RunningServer.AdminKey}}, role: admin }
        """;

    [Theory]
    [InlineData("realm: office")]
    [InlineData("hosts: [OFFICE]")]
    public async Task A_host_of_another_domain_is_refused_with_its_name_and_what_to_do(string line)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder.PathOf("shop.yaml"), Yaml + "\n" + line + "\n");
        await using RunningServer server = await RunningServer.StartAsync();
        await server.AddDomainAsync(Others);
        string before = (await RunAsync(server, "versions")).Output;

        foreach (string command in (string[])["diff", "apply"])
        {
            (int code, string output, string errors) = await RunAsync(server, command, folder.PathOf("shop.yaml"));

            Assert.Equal((2, ""), (code, output));
            Assert.Contains("shop.yaml (domain shop) and the configuration in force (domain office) both answer for host office", errors, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("give each domain a realm and hosts of its own", errors, StringComparison.Ordinal);
        }

        Assert.Equal(before, (await RunAsync(server, "versions")).Output);
    }

    [Fact]
    public async Task A_number_a_user_and_a_key_that_another_domain_has_are_told_and_applied()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder.PathOf("shop.yaml"), Yaml.Replace("\"100\"", "\"900\"", StringComparison.Ordinal).Replace("carl", "ann", StringComparison.Ordinal));
        await using RunningServer server = await RunningServer.StartAsync();
        await server.AddDomainAsync(Others + $"\napiKeys: [ {{ name: chief, key: {RunningServer.AdminKey}, role: admin }} ]\n");

        (int code, string output, string errors) = await RunAsync(server, "apply", folder.PathOf("shop.yaml"));

        Assert.True(code == 0, errors);
        Assert.Contains("both have number 900", output + errors, StringComparison.Ordinal);
        Assert.Contains("both have an agent with SIP user ann", output + errors, StringComparison.Ordinal);
        Assert.Contains("both have the API key of admin", output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_another_domain_has_the_host_of_since_is_not_gone_back_to()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder.PathOf("a.yaml"), Yaml + "\nhosts: [office]\n");
        await File.WriteAllTextAsync(folder.PathOf("b.yaml"), Yaml);
        await using RunningServer server = await RunningServer.StartAsync();
        Assert.Equal(0, (await RunAsync(server, "apply", folder.PathOf("a.yaml"))).Code);
        Assert.Equal(0, (await RunAsync(server, "apply", folder.PathOf("b.yaml"))).Code);
        await server.AddDomainAsync(Others);

        (int code, _, string errors) = await RunAsync(server, "rollback");

        Assert.Equal(2, code);
        Assert.Contains("version 2 (domain shop) and the configuration in force (domain office) both answer for host office", errors, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync(server, "rollback", "--version", "1")).Code);
    }

    [Fact]
    public async Task A_version_before_a_refresh_of_time_zones_is_compared_as_the_one_that_a_rollback_brings_back()
    {
        const string calendars = "\ncalendars: [ { id: day, timeZone: Europe/Paris, hours: [ { days: mon-fri, from: 09:00, to: 18:00 } ] } ]\n";
        await using RunningServer server = await RunningServer.StartAsync();
        Assert.Equal(2, await FileAsync(server, Yaml + calendars + "hosts: [office]\n"));
        Assert.Equal(3, await FileAsync(server, Yaml + calendars));
        await server.AddDomainAsync(Others);
        Assert.Equal(4, await FileAsync(server, Yaml + calendars, new TimeZoneOffsets("Europe/Paris", [new ZoneOffset(0, 7_200)])));
        string before = (await RunAsync(server, "versions")).Output;

        foreach (string[] command in (string[][])[["rollback"], ["rollback", "--dry-run"]])
        {
            (int code, _, string errors) = await RunAsync(server, command);

            Assert.Equal(2, code);
            Assert.Contains("version 2 (domain shop) and the configuration in force (domain office) both answer for host office", errors, StringComparison.Ordinal);
        }

        Assert.Equal(before, (await RunAsync(server, "versions")).Output);
    }

    /// <summary>What a start does with a file. Returns the version in force then.</summary>
    private static async Task<long> FileAsync(RunningServer server, string yaml, params TimeZoneOffsets[] zones)
    {
        ConfigurationResult read = ConfigurationLoader.Load("shop.yaml", yaml);
        Assert.Empty(read.Mistakes);
        var reply = Assert.IsType<ConfigurationReply>(await server.AskAsync(new ApplyConfiguration(read.Configuration!) { Origin = ConfigurationOrigin.File, Zones = zones }));
        Assert.True(reply.IsOk, reply.Detail);
        return reply.Version;
    }

    private static Task<(int Code, string Output, string Errors)> RunAsync(RunningServer server, params string[] arguments) =>
        server.RunAsync(ConfigCommand.Create(), ["config", .. arguments, "--key", RunningServer.AdminKey]);
}
