using Microsoft.Extensions.Configuration;
using Routing.Silo.Hosting;
using Xunit;

namespace Routing.Silo.Tests.Hosting;

public sealed class SettingsReaderTests
{
    [Fact]
    public void Without_any_setting_everything_is_on_loopback()
    {
        SiloSettings settings = SettingsReader.Read(new RawSettings(), Source());

        Assert.Equal(["127.0.0.1:5060"], settings.Sip.Select(address => address.ToString()));
        Assert.Equal("127.0.0.1:8080", settings.Http.ToString());
        Assert.Equal(Path.GetFullPath("./data"), settings.DataFolder);
        Assert.Null(settings.ConfigFile);
    }

    [Fact]
    public void The_command_line_goes_before_the_other_sources_setting_by_setting()
    {
        IConfiguration others = Source(("Routing:Http", "127.0.0.2:81"), ("Routing:Sip", "127.0.0.2:5061, 127.0.0.2:5062"), ("Routing:Data", "elsewhere"));

        SiloSettings settings = SettingsReader.Read(new RawSettings { Http = "127.0.0.3:82" }, others);

        Assert.Equal("127.0.0.3:82", settings.Http.ToString());
        Assert.Equal(["127.0.0.2:5061", "127.0.0.2:5062"], settings.Sip.Select(address => address.ToString()));
        Assert.Equal(Path.GetFullPath("elsewhere"), settings.DataFolder);
    }

    [Fact]
    public void Addresses_in_a_file_are_a_list()
    {
        SiloSettings settings = SettingsReader.Read(new RawSettings(), Source(("Routing:Sip:0", "127.0.0.2:5061"), ("Routing:Sip:1", "[::1]:5062")));

        Assert.Equal(["127.0.0.2:5061", "[::1]:5062"], settings.Sip.Select(address => address.ToString()));
    }

    [Fact]
    public void The_file_may_name_known_settings_only()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf(SettingsReader.FileName), """{ "Routing": { "Htpp": "127.0.0.1:1" } }""");

        StartupException error = Assert.Throws<StartupException>(() => SettingsReader.ReadSources(folder.Path));
        Assert.Contains("'Htpp'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_JSON_is_refused_in_one_line()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf(SettingsReader.FileName), "{");

        StartupException error = Assert.Throws<StartupException>(() => SettingsReader.ReadSources(folder.Path));
        Assert.StartsWith("appsettings.json", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("silo")]
    [InlineData("gateway")]
    [InlineData("every")]
    public void Other_roles_than_all_are_refused(string role) =>
        Assert.Throws<StartupException>(() => SettingsReader.Read(new RawSettings { Role = role }, Source()));

    [Theory]
    [InlineData("postgres:Host=db")]
    [InlineData("redis")]
    public void Other_stores_than_sqlite_are_refused(string store) =>
        Assert.Throws<StartupException>(() => SettingsReader.Read(new RawSettings { Store = store }, Source()));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:0")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:sip")]
    [InlineData("::1:5060")]
    [InlineData("[127.0.0.1]:5060")]
    [InlineData("nowhere:5060")]
    [InlineData(":5060")]
    [InlineData("")]
    public void What_is_not_an_address_and_a_port_is_refused(string text)
    {
        StartupException error = Assert.Throws<StartupException>(() => SettingsReader.Read(new RawSettings { Sip = [text] }, Source()));
        Assert.StartsWith("sip: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Localhost_is_the_IPv4_loopback() =>
        Assert.Equal("127.0.0.1:5070", ListenAddress.Parse("http", "localhost:5070").ToString());

    private static IConfiguration Source(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Build();
}
