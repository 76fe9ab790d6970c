using System.Text.RegularExpressions;
using YamlDotNet.Core;

namespace Routing.Silo.Configuration;

/// <summary>Tells why a text is no YAML: where, and what is most likely meant.</summary>
internal static partial class YamlFault
{
    /// <summary>What the library says, or a part of it, and what to do then.</summary>
    private static readonly (string Says, string Remedy)[] Remedies =
    [
        ("found invalid mapping", "put the value in quotes if it has ': ' in it; else look at the indentation of this line and of the one before"),
        ("cannot start any token", "put a value that begins with @, ` or % in quotes"),
        ("quoted scalar", "look for the quote that does not end, here or further down"),
        ("expected ',' or", "end the bracket or brace that is open there, or put a comma between its entries"),
        ("unexpected end of stream", "end the bracket, brace or quote that is open there"),
    ];

    private const string Otherwise = "look at the indentation of this line and of the one before, and for a quote, bracket or colon that is missing";

    /// <summary>The parser places a tab where the mapping around it began, so it is looked for.</summary>
    /// <param name="fault">What the library found.</param>
    /// <param name="text">Where it found it.</param>
    /// <param name="linesBefore">Lines above the text that the places of the fault count and the text has not.</param>
    /// <param name="mistakes">Where it is told.</param>
    /// <param name="place">Where it is, when that is better known than by the library.</param>
    public static void Tell(YamlException fault, string text, int linesBefore, MistakeList mistakes, Mark? place = null)
    {
        string problem = "is not valid YAML: " + fault.Message.ReplaceLineEndings(" ").TrimEnd('.');
        if (fault.Message.Contains("tab", StringComparison.Ordinal) && IndentingTab().Match(text) is { Success: true } tab)
        {
            int lineStart = text.LastIndexOf('\n', tab.Index + tab.Length - 1) + 1;
            int line = text.AsSpan(0, lineStart).Count('\n') + 1;
            mistakes.Add(new Mark(tab.Index, linesBefore + line, tab.Index + tab.Length - lineStart), problem, "indent with spaces");
            return;
        }

        string remedy = Array.Find(Remedies, known => fault.Message.Contains(known.Says, StringComparison.Ordinal)).Remedy ?? Otherwise;
        mistakes.Add(place ?? fault.Start, problem, remedy);
    }

    [GeneratedRegex("^ *\t", RegexOptions.Multiline)]
    private static partial Regex IndentingTab();
}
