using System.Net;
using System.Net.Sockets;
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
        Assert.Empty(settings.ConfigFiles);
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
    public void Configurations_are_a_list_in_every_source_and_each_is_there_once()
    {
        Assert.Equal(["a.yaml", "b"], SettingsReader.Read(new RawSettings { Config = ["a.yaml", "b", "a.yaml"] }, Source(("Routing:Config", "c.yaml"))).ConfigFiles);
        Assert.Equal(["c.yaml"], SettingsReader.Read(new RawSettings(), Source(("Routing:Config", "c.yaml"))).ConfigFiles);
        Assert.Equal(["c.yaml", "d"], SettingsReader.Read(new RawSettings(), Source(("Routing:Config", "c.yaml, d"))).ConfigFiles);
        Assert.Equal(["c.yaml", "d"], SettingsReader.Read(new RawSettings(), Source(("Routing:Config:0", "c.yaml"), ("Routing:Config:1", "d"))).ConfigFiles);
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
        File.WriteAllText(folder.PathOf(SettingsReader.FileName), "{\n  \"Routing\": {\n    \"Http\" \"127.0.0.1:80\"\n  }\n}");

        StartupException error = Assert.Throws<StartupException>(() => SettingsReader.ReadSources(folder.Path));
        Assert.StartsWith("appsettings.json:3:12: is not valid JSON: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void An_unknown_role_is_refused() =>
        Assert.Contains("use all, silo or gateway", Assert.Throws<StartupException>(() => SettingsReader.Read(new RawSettings { Role = "every" }, Source())).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("redis", "'redis'")]
    [InlineData("postgresql://routing:secret@db/routing", "'postgresql'")]
    [InlineData("Host=db;Password=secret", "'Host'")]
    public void Another_store_is_refused_and_of_what_was_given_only_the_first_word_is_told(string store, string told)
    {
        StartupException error = Assert.Throws<StartupException>(() => SettingsReader.Read(new RawSettings { Store = store }, Source()));
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_connection_of_a_store_is_never_told_with_the_settings()
    {
        SiloSettings settings = SettingsReader.Read(new RawSettings { Store = "postgres:Host=db;Password=secret" }, Source());
        Assert.Equal("Host=db;Password=secret", settings.Store.Postgres);
        Assert.DoesNotContain("secret", settings.ToString(), StringComparison.Ordinal);
    }

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

    [Theory]
    [InlineData("127.0.0.1:65536", "port 65536")]
    [InlineData("127.0.0.1:0", "port 0")]
    public void A_port_out_of_range_is_named(string text, string told) =>
        Assert.Contains(told, Assert.Throws<StartupException>(() => SettingsReader.Read(new RawSettings { Sip = [text] }, Source())).Message, StringComparison.Ordinal);

    [Fact]
    public void A_misspelt_setting_of_the_file_is_answered_with_what_was_meant()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf(SettingsReader.FileName), """{ "Routing": { "RtpPort": "1" } }""");

        Assert.EndsWith("did you mean 'rtpports'?", Assert.Throws<StartupException>(() => SettingsReader.ReadSources(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Phones_are_told_one_host_for_all_addresses_or_one_for_each()
    {
        RawSettings two = new() { Sip = ["127.0.0.1:5060", "[::1]:5060"] };

        Assert.Equal([null, null], SettingsReader.Read(two, Source()).Advertise);
        Assert.Equal(["192.0.2.1", "192.0.2.1"], SettingsReader.Read(two with { Advertise = ["192.0.2.1"] }, Source()).Advertise.Select(host => host!.Host));
        Assert.Equal(
            ["192.0.2.1", "[2001:db8::1]"],
            SettingsReader.Read(two, Source(("Routing:Advertise", "192.0.2.1, 2001:db8::1"))).Advertise.Select(host => host!.Host));
        Assert.Throws<StartupException>(() => SettingsReader.Read(two with { Advertise = ["192.0.2.1", "192.0.2.2", "192.0.2.3"] }, Source()));
    }

    [Theory]
    [InlineData("0.0.0.0", "no address that a phone can reach")]
    [InlineData("[::]", "no address that a phone can reach")]
    [InlineData("192.0.2.1:5060", "without a port")]
    [InlineData("", "without a port")]
    [InlineData("no.such.name", "has no address")]
    public void What_phones_cannot_be_told_is_refused(string text, string told) =>
        Assert.Contains(told, Assert.Throws<StartupException>(() => AdvertisedHost.Parse(text, AddressFamily.InterNetwork, static _ => [])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(AddressFamily.InterNetwork, "192.0.2.7")]
    [InlineData(AddressFamily.InterNetworkV6, "2001:db8::7")]
    public void A_name_is_told_as_it_is_and_looked_up_for_descriptions_by_the_kind_of_the_listening_address(AddressFamily family, string address) =>
        Assert.Equal(
            new AdvertisedHost("sip.example.org", IPAddress.Parse(address)),
            AdvertisedHost.Parse("sip.example.org", family, static _ => [IPAddress.Parse("2001:db8::7"), IPAddress.Parse("192.0.2.7")]));

    [Fact]
    public void Media_ports_are_a_range_from_an_even_to_an_odd_port()
    {
        Assert.Equal(new RtpPorts(20_000, 20_099), SettingsReader.Read(new RawSettings { RtpPorts = "20000-20099" }, Source()).RtpPorts);
        Assert.Equal("16384-24575", SettingsReader.Read(new RawSettings(), Source()).RtpPorts.ToString());
    }

    [Theory]
    [InlineData("20001-20099", "write 20002-20099")]
    [InlineData("20000-20100", "write 20000-20099")]
    [InlineData("20000-20000", "write 16384-24575")]
    [InlineData("20001-20002", "write 16384-24575")]
    [InlineData("20000", "FROM-TO")]
    [InlineData("20099-20000", "FROM-TO")]
    [InlineData("1000-1999", "FROM-TO")]
    [InlineData("20000-70001", "FROM-TO")]
    [InlineData("5000-5999", "--sip 127.0.0.1:5060")]
    public void Other_ranges_are_refused_with_what_to_write(string text, string told) =>
        Assert.Contains(told, Assert.Throws<StartupException>(() => SettingsReader.Read(new RawSettings { RtpPorts = text }, Source())).Message, StringComparison.Ordinal);

    [Fact]
    public void Limits_come_one_by_one_from_the_strongest_source()
    {
        ProcessLimits limits = SettingsReader.Read(
            new RawSettings { Limits = ["calls=7"] }, Source(("Routing:Limits:calls", "5"), ("Routing:Limits:calls-burst", "6"), ("Routing:Limits", "calls-per-second=8,calls-burst=9"))).Limits;

        Assert.Equal((7, 9, 8, 60), (limits["calls"], limits["calls-burst"], limits["calls-per-second"], limits["ban-seconds"]));
    }

    [Fact]
    public void A_gateway_takes_no_notice_of_the_store_that_was_exported_for_silos()
    {
        RawSettings gateway = new() { Role = "gateway", Name = "gateway-1", Silos = ["127.0.0.1:7000"], ClusterKey = "key" };
        SettingsReader.Read(gateway, Source(("Environment:Routing:Store", "postgres:Host=db")));

        StartupException given = Assert.Throws<StartupException>(() => SettingsReader.Read(gateway with { Store = "postgres:Host=db" }, Source()));
        StartupException written = Assert.Throws<StartupException>(() => SettingsReader.Read(gateway, Source(("Routing:Store", "postgres:Host=db"))));
        Assert.Contains("store: does not go with role gateway", given.Message, StringComparison.Ordinal);
        Assert.Equal(given.Message, written.Message);
        Assert.Equal("Host=db", SettingsReader.Read(new RawSettings(), Source(("Environment:Routing:Store", "postgres:Host=db"), ("Routing:Store", "sqlite"))).Store.Postgres);
    }

    [Fact]
    public void Localhost_is_the_IPv4_loopback() =>
        Assert.Equal("127.0.0.1:5070", ListenAddress.Parse("http", "localhost:5070").ToString());

    private static IConfiguration Source(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Build();
}
