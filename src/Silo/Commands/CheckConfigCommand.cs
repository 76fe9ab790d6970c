using System.CommandLine;
using System.Text.Json;
using Routing.Silo.Configuration;
using Routing.Silo.Hosting;

namespace Routing.Silo.Commands;

/// <summary><c>routing check-config FILE|FOLDER</c>: every mistake of a configuration, one a line, or as JSON.</summary>
internal static class CheckConfigCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "Configuration file in YAML, or a folder of *.yaml and *.yml files, merged in the order of their names" };
        Option<string> format = OutputFormat.Option();
        var command = new Command(
            "check-config",
            "Tells every mistake of a configuration and what was hardly meant, one a line with its place and remedy, and changes nothing. Exit code 0: good or warnings only, 2: mistakes.") { file, format };
        command.SetAction(result =>
        {
            ConfigurationResult read = ConfigurationLoader.LoadFile(result.GetValue(file)!);
            InvocationConfiguration console = result.InvocationConfiguration;
            return OutputFormat.IsJson(result, format) ? WriteJson(read, console.Output) : Write(result.GetValue(file)!, read, console.Output, console.Error);
        });
        return command;
    }

    /// <summary>Mistakes and warnings go to the errors, one a line.</summary>
    public static void WriteFindings(ConfigurationResult result, TextWriter errors)
    {
        foreach (ConfigurationMistake mistake in result.Mistakes)
        {
            errors.WriteLine(mistake);
        }

        foreach (ConfigurationMistake warning in result.Warnings)
        {
            errors.WriteLine(warning.AsWarning());
        }
    }

    private static int Write(string file, ConfigurationResult result, TextWriter output, TextWriter errors)
    {
        WriteFindings(result, errors);
        if (result.Configuration is not { } domain)
        {
            return ExitCodes.Refused;
        }

        output.WriteLine($"{file}: good: domain {domain.Domain}, {Count(domain.Agents.Count, "agent")}, {Count(domain.Queues.Count, "queue")}, {Count(domain.Numbers.Count, "number")}{(result.Warnings.Count == 0 ? "" : "; " + Count(result.Warnings.Count, "warning"))}");
        return ExitCodes.Success;
    }

    private static int WriteJson(ConfigurationResult result, TextWriter output)
    {
        var report = new CheckReport(result.Configuration is not null, result.Configuration?.Domain.Value, result.Mistakes, result.Warnings);
        output.WriteLine(JsonSerializer.Serialize(report, CommandJson.Default.CheckReport));
        return result.Configuration is null ? ExitCodes.Refused : ExitCodes.Success;
    }

    private static string Count(int count, string what) => count == 1 ? "1 " + what : $"{count} {what}s";
}
