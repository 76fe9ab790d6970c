using System.CommandLine;
using System.Text.Json;
using Routing.Contracts.Configuration;
using Routing.Silo.Configuration;
using Routing.Silo.Hosting;

namespace Routing.Silo.Commands;

/// <summary><c>routing check-config FILE|FOLDER</c>: every mistake of a configuration, one a line, or as JSON.</summary>
internal static class CheckConfigCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("file")
        {
            Description = "Configuration file in YAML, or a folder of *.yaml and *.yml files, merged in the order of their names; several are domains beside each other",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string> format = OutputFormat.Option();
        var command = new Command(
            "check-config",
            "Tells every mistake of a configuration and what was hardly meant, one a line with its place and remedy, and changes nothing. Of several: also what gateways cannot tell apart. Exit code 0: good or warnings only, 2: mistakes.") { files, format };
        command.SetAction(result => Check(result.GetValue(files)!, OutputFormat.IsJson(result, format), result.InvocationConfiguration));
        return command;
    }

    private static int Check(string[] files, bool isJson, InvocationConfiguration console)
    {
        List<(string Name, DomainConfiguration Domain)> domains = [];
        int code = ExitCodes.Success;
        foreach (string file in files)
        {
            ConfigurationResult read = ConfigurationLoader.LoadFile(file);
            code = Math.Max(code, isJson ? WriteJson(read, console.Output) : Write(file, read, console.Output, console.Error));
            if (read.Configuration is { } domain)
            {
                domains.Add((file, domain));
            }
        }

        foreach (DomainOverlap overlap in DomainOverlaps.Find(domains))
        {
            console.Error.WriteLine(overlap.IsRefused ? overlap.Text : "warning: " + overlap.Text);
            code = overlap.IsRefused ? ExitCodes.Refused : code;
        }

        return code;
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
