using System.Net;
using Routing.Gateway.Api.Configuration;
using Routing.Gateway.Api.Models;
using Routing.Silo.Hosting;
using Xunit;

namespace Routing.Silo.Tests.Hosting;

/// <summary>What a running process takes by REST.</summary>
public sealed class ConfigurationReaderTests
{
    private const string Demo = "domain: d\ndemo: true\nqueues: [ { id: q } ]\n";

    [Fact]
    public void A_demo_is_taken_on_loopback_with_its_text_and_refused_by_a_process_that_others_reach()
    {
        ConfigurationReading taken = Reader("127.0.0.1").Read([new ConfigurationFile("demo.yaml", Demo)], []);
        ConfigurationReading refused = Reader("192.0.2.1").Read([new ConfigurationFile("demo.yaml", Demo)], []);

        Assert.Equal("d", taken.Configuration!.Domain.Value);
        Assert.Equal(Demo, Assert.Single(Reader("127.0.0.1").Unpack(taken.Source!.Value)).Text);
        Assert.Null(refused.Configuration);
        ConfigurationMistakeModel mistake = Assert.Single(refused.Mistakes);
        Assert.Contains("domain d is a demo, and this process listens on 192.0.2.1:5060", mistake.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Mistakes_of_several_files_name_each_file()
    {
        ConfigurationReading reading = Reader("127.0.0.1").Read([new ConfigurationFile("a.yaml", "domain: d\n"), new ConfigurationFile("b.yaml", "\nqueues:\n  - { id: q, wrapUp: soon }\n")], []);

        ConfigurationMistakeModel mistake = Assert.Single(reading.Mistakes);
        Assert.Equal(("b.yaml", 3L, 22L), (mistake.File, mistake.Line, mistake.Column));
    }

    [Fact]
    public void A_text_that_cannot_be_kept_is_applied_nevertheless()
    {
        ConfigurationReading reading = Reader("127.0.0.1").Read([new ConfigurationFile("a.yaml", "domain: d\nagents: [ { id: annabel, password: annabel } ]\n")], []);

        Assert.NotNull(reading.Configuration);
        Assert.Null(reading.Source);
    }

    private static ConfigurationReader Reader(string address) => new(new SiloSettings
    {
        Sip = [IPEndPoint.Parse(address + ":5060")],
        Http = IPEndPoint.Parse("127.0.0.1:8080"),
        DataFolder = "/data",
    });
}
