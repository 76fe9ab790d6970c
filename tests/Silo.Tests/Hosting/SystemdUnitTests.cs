using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Routing.Silo.Hosting;
using Xunit;

namespace Routing.Silo.Tests.Hosting;

/// <summary>The units of deploy/systemd, held to systemd's own tool and to the settings that there are.</summary>
public sealed partial class SystemdUnitTests
{
    private const string Program = "/opt/routing/routing";

    /// <summary>Of the process to end by itself (README: exit codes).</summary>
    private const int EndsWithinSeconds = 5;

    [Theory]
    [InlineData("silo")]
    [InlineData("gateway")]
    public async Task Systemd_finds_nothing_wrong_in_a_unit_and_little_that_it_exposes(string role)
    {
        using TemporaryFolder folder = new();
        string unit = Path.Combine(folder.Path, $"routing-{role}.service");
        string text = Repository.Read($"deploy/systemd/routing-{role}.service");
        Assert.Contains($"ExecStart={Program} --role {role}\n", text, StringComparison.Ordinal);
        // The tool looks for the program.
        await File.WriteAllTextAsync(unit, text.Replace(Program, "/bin/sh", StringComparison.Ordinal));

        (int code, string output) = await RunAsync("verify", "--man=no", unit);
        Assert.True(code == 0 && output.Length == 0, output);
        // Tenths of systemd's measure, 0 to 10; a service without any hardening has 9.6.
        (code, output) = await RunAsync("security", "--offline=true", "--no-pager", "--threshold=20", unit);
        Assert.True(code == 0, output);
    }

    [Theory]
    [InlineData("silo")]
    [InlineData("gateway")]
    public void A_unit_starts_again_whatever_ends_but_a_mistake_in_options_and_gives_it_time_to_hand_over(string role)
    {
        string text = Repository.Read($"deploy/systemd/routing-{role}.service");

        Assert.Contains("\nRestart=always\n", text, StringComparison.Ordinal);
        Assert.Contains("\nStartLimitIntervalSec=0\n", text, StringComparison.Ordinal);
        Assert.Contains($"\nRestartPreventExitStatus={ExitCodes.Refused}\n", text, StringComparison.Ordinal);
        Assert.InRange(int.Parse(StopLimit().Match(text).Groups[1].Value, CultureInfo.InvariantCulture), 2 * EndsWithinSeconds, 60);
    }

    [Theory]
    [InlineData("silo")]
    [InlineData("gateway")]
    public void The_settings_beside_a_unit_are_those_of_its_role(string role)
    {
        Dictionary<string, string> environment = Setting().Matches(Repository.Read($"deploy/systemd/{role}.env")).ToDictionary(static match => match.Groups[1].Value, static match => match.Groups[2].Value, StringComparer.Ordinal);
        Dictionary<string, string> known = SettingNames.All.ToDictionary(SettingNames.InEnvironment, SettingNames.InFile, StringComparer.Ordinal);
        Assert.Empty(environment.Keys.Except(known.Keys));
        IConfigurationRoot configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(environment.Select(pair => new KeyValuePair<string, string?>($"{SettingNames.Section}:{known[pair.Key]}", pair.Value)))
            .Build();

        SiloSettings settings = SettingsReader.Read(new RawSettings { Role = role }, configuration);

        Assert.Equal(role + "-1", settings.Name);
        Assert.Equal("/var/lib/routing-" + role, settings.DataFolder);
        Assert.NotNull(settings.ClusterKeyFile);
    }

    [Theory]
    [InlineData("silo")]
    [InlineData("gateway")]
    public void What_a_unit_and_its_settings_name_is_installed_by_the_README(string role)
    {
        string[] installed = [.. Repository.Read("README.md").Split('\n').Where(static line => line.Contains("install -m", StringComparison.Ordinal))];
        string[] named =
        [
            .. SettingsFile().Matches(Repository.Read($"deploy/systemd/{role}.env") + Repository.Read($"deploy/systemd/routing-{role}.service")).Select(static match => match.Groups[1].Value),
            $"routing-{role}.service",
        ];

        Assert.Contains($"{role}.env", named);
        Assert.All(named, file => Assert.Contains(installed, line => line.Contains(file, StringComparison.Ordinal)));
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("systemd-analyze", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process tool = Process.Start(start)!;
        Task<string> output = tool.StandardOutput.ReadToEndAsync();
        string errors = await tool.StandardError.ReadToEndAsync();
        await tool.WaitForExitAsync();
        return (tool.ExitCode, await output + errors);
    }

    [GeneratedRegex(@"^TimeoutStopSec=(\d+)$", RegexOptions.Multiline)]
    private static partial Regex StopLimit();

    [GeneratedRegex("/etc/routing/([a-z.]+)")]
    private static partial Regex SettingsFile();

    [GeneratedRegex("^(ROUTING_[A-Z_]+)=(.*)$", RegexOptions.Multiline)]
    private static partial Regex Setting();
}
