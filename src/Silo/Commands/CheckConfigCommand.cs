using System.CommandLine;
using Routing.Silo.Configuration;
using Routing.Silo.Hosting;

namespace Routing.Silo.Commands;

/// <summary><c>routing check-config FILE</c>: every mistake of a configuration file, one a line.</summary>
internal static class CheckConfigCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "Configuration file in YAML" };
        var command = new Command("check-config", "Tells every mistake of a configuration file and what was hardly meant, one a line with its place and remedy, and changes nothing. Exit code 0: good or warnings only, 2: mistakes.") { file };
        command.SetAction(result => Run(result.GetValue(file)!, result.InvocationConfiguration.Output, result.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(string file, TextWriter output, TextWriter errors)
    {
        ConfigurationResult result = ConfigurationLoader.LoadFile(file);
        foreach (ConfigurationMistake mistake in result.Mistakes)
        {
            errors.WriteLine(mistake);
        }

        foreach (ConfigurationMistake warning in result.Warnings)
        {
            errors.WriteLine(warning.AsWarning());
        }

        if (result.Configuration is not { } domain)
        {
            return ExitCodes.Refused;
        }

        output.WriteLine($"{file}: good: domain {domain.Domain}, {Count(domain.Agents.Count, "agent")}, {Count(domain.Queues.Count, "queue")}, {Count(domain.Numbers.Count, "number")}{(result.Warnings.Count == 0 ? "" : "; " + Count(result.Warnings.Count, "warning"))}");
        return ExitCodes.Success;
    }

    private static string Count(int count, string what) => count == 1 ? "1 " + what : $"{count} {what}s";
}
