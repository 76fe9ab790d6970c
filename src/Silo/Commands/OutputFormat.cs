using System.CommandLine;

namespace Routing.Silo.Commands;

/// <summary><c>--format text|json</c>, the same for every command that prints something.</summary>
internal static class OutputFormat
{
    private const string Json = "json";

    public static Option<string> Option()
    {
        var option = new Option<string>("--format") { HelpName = "text|json", Description = "How the answer is printed [default: text]" };
        option.AcceptOnlyFromAmong("text", Json);
        return option;
    }

    public static bool IsJson(ParseResult result, Option<string> option) => result.GetValue(option) == Json;
}
