using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Routing.Silo.Tests.Diagnostics;

/// <summary>What deploy/prometheus gives to Prometheus, held to Prometheus' own tool and to what the program really tells.</summary>
public sealed partial class AlertRuleTests
{
    private const string Folder = "deploy/prometheus/";

    [Theory]
    [InlineData("check", "rules", "routing.rules.yml")]
    [InlineData("check", "config", "prometheus.yml")]
    [InlineData("test", "rules", "routing.rules.test.yml")]
    public async Task Promtool_accepts(string verb, string what, string file)
    {
        ProcessStartInfo start = new("promtool", [verb, what, Repository.PathOf(Folder + file)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process promtool = Process.Start(start)!;
        Task<string> output = promtool.StandardOutput.ReadToEndAsync();
        string errors = await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();

        Assert.True(promtool.ExitCode == 0, await output + errors);
        Assert.Contains("SUCCESS", await output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_alert_has_a_test_in_which_it_fires_and_names_only_metrics_that_there_are()
    {
        string rules = Repository.Read(Folder + "routing.rules.yml");
        string tests = Repository.Read(Folder + "routing.rules.test.yml");
        string[] alerts = [.. Alert().Matches(rules).Select(static match => match.Groups[1].Value)];
        string[] fired = [.. Fired().Matches(tests).Select(static match => match.Groups[1].Value)];
        // Histograms and summaries are told under their names with an ending.
        HashSet<string> known = [.. Documented().Matches(Repository.Read(Folder + "README.md")).Select(static match => match.Groups[1].Value)];
        string[] used = [.. Metric().Matches(rules).Select(static match => Ending().Replace(match.Value, "")).Distinct()];

        Assert.NotEmpty(alerts);
        Assert.Equal(alerts.Order(), fired.Distinct().Order());
        Assert.Empty(used.Except(known));
    }

    [GeneratedRegex(@"^\s+- alert: (\w+)$", RegexOptions.Multiline)]
    private static partial Regex Alert();

    [GeneratedRegex(@"- alertname: (\w+)\n\s+eval_time: \S+\n\s+exp_alerts:\n")]
    private static partial Regex Fired();

    [GeneratedRegex(@"^\| `([a-z0-9_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Documented();

    [GeneratedRegex(@"\b(routing|process|dotnet)_[a-z0-9_]+")]
    private static partial Regex Metric();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Ending();
}
