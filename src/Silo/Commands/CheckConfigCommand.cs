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
        var command = new Command("check-config", "Tells every mistake of a configuration file, one a line (first of its form, then of what refers to what), and changes nothing. Exit code 0: good, 2: mistakes.") { file };
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

        if (result.Configuration is not { } domain)
        {
            return ExitCodes.Refused;
        }

        output.WriteLine($"{file}: good: domain {domain.Domain}, {domain.Agents.Count} agents, {domain.Queues.Count} queues, {domain.Numbers.Count} numbers");
        return ExitCodes.Success;
    }
}
