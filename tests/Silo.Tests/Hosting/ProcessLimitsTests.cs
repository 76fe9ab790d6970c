using System.Globalization;
using Routing.Contracts.Ids;
using Routing.Gateway.Api;
using Routing.Gateway.Telephony;
using Routing.Silo.Hosting;
using Xunit;

namespace Routing.Silo.Tests.Hosting;

public sealed class ProcessLimitsTests
{
    private static readonly SipGatewayOptions Plain = new() { Gateway = GatewayId.Of("g"), Incarnation = 1, Key = new byte[32], Listen = [] };

    /// <summary>The figures of the READMEs were measured with the parts' own defaults: the program must not run with others.</summary>
    [Fact]
    public void Without_any_setting_the_parts_keep_their_own_limits()
    {
        Assert.Equal(Plain, ProcessLimits.Defaults.Apply(Plain) with { Stack = Plain.Stack, Defence = Plain.Defence });
        Assert.Equal(Plain.Stack, ProcessLimits.Defaults.Apply(Plain).Stack with { Resolver = Plain.Stack.Resolver, Transactions = Plain.Stack.Transactions });
        Assert.Equal(Plain.Stack.Transactions with { Timers = ProcessLimits.Defaults.Apply(Plain).Stack.Transactions.Timers }, ProcessLimits.Defaults.Apply(Plain).Stack.Transactions);
        Assert.Equal(Plain.Defence, ProcessLimits.Defaults.Apply(Plain).Defence with { Scanners = Plain.Defence.Scanners });
        RoutingWebOptions web = new();
        (int, int, int, int) own = Of(web);
        ProcessLimits.Defaults.Apply(web);
        Assert.Equal(own, Of(web));

        static (int, int, int, int) Of(RoutingWebOptions options) =>
            (options.RequestsPerSecondCount, options.RequestBurstCount, options.MaxConnectionsPerSourceCount, options.MaxHubConnectionsCount);
    }

    [Fact]
    public void Every_limit_changes_something()
    {
        // Leases are for gateways beside others.
        SipGatewayOptions beside = Plain with { Cluster = new ClusterSip(default, null) };
        foreach (LimitDefinition limit in ProcessLimits.Known.Where(limit => limit.Name != "http-connections"))
        {
            int other = limit.Name == "registration-min-seconds" ? limit.Default - 1 : limit.Default + 1;
            ProcessLimits changed = ProcessLimits.Parse([$"{limit.Name}={other}"]);
            RoutingWebOptions web = new();
            changed.Apply(web);

            bool isSip = changed.Apply(beside) != ProcessLimits.Defaults.Apply(beside);
            bool isWeb = (web.RequestsPerSecondCount, web.RequestBurstCount, web.MaxConnectionsPerSourceCount, web.MaxHubConnectionsCount) != (1_000, 2_000, 256, 1_000);
            Assert.True(isSip != isWeb, limit.Name);
        }
    }

    [Theory]
    [InlineData("cals=1", "did you mean 'calls'?")]
    [InlineData("calls", "calls=NUMBER")]
    [InlineData("calls=many", "calls=NUMBER")]
    [InlineData("calls=0", "from 1 to 1000000")]
    [InlineData("registration-min-seconds=5000", "is above registration-seconds")]
    [InlineData("ban-max-seconds=1", "is above ban-max-seconds")]
    public void What_is_no_limit_is_refused(string text, string told) =>
        Assert.Contains(told, Assert.Throws<StartupException>(() => ProcessLimits.Parse([text])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("calls=5000", 5_000)]
    [InlineData("calls=1", 1)]
    [InlineData("calls=5000,trunk-calls=2000", 2_000)]
    public void One_source_may_have_all_calls_unless_it_is_said_otherwise(string limits, int share) =>
        Assert.Equal(share, ProcessLimits.Parse([limits]).Apply(Plain).CallsPerSourceLimit);

    [Fact]
    public void The_readme_lists_every_limit_with_its_default()
    {
        string readme = Repository.Read("README.md");

        Assert.All(ProcessLimits.Known, limit => Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"| `{limit.Name}` | {limit.Default:N0} | {limit.What} |"), readme, StringComparison.Ordinal));
    }
}
