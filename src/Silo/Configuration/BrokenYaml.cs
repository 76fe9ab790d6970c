using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Routing.Silo.Configuration;

/// <summary>
/// Reads what can be read of a text that is no YAML. The YAML library stops at the first fault, so the text is read in pieces, each key of the domain by itself, and of a list that
/// has a fault each entry: every piece tells its own, and the others are looked at as usual. Only for texts in the usual form, with the domain's keys at the left margin and without anchors.
/// </summary>
/// <param name="linesBefore">Lines that stand above the text.</param>
/// <param name="mistakes">Where mistakes go.</param>
internal sealed partial class BrokenYaml(int linesBefore, MistakeList mistakes)
{
    private readonly YamlMappingNode _whole = [];
    private readonly HashSet<string> _broken = new(StringComparer.Ordinal);

    /// <summary>Keys of which something could not be read: what they would have had is not known.</summary>
    public IReadOnlySet<string> Broken => _broken;

    /// <summary>Tells every fault. The result is what could be read, null when nothing could.</summary>
    /// <param name="text">That is no YAML.</param>
    /// <param name="fault">What the library said of the whole, told when no piece has a fault of its own.</param>
    public YamlNode? Read(string text, YamlException fault)
    {
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        int[] keys = [.. Enumerable.Range(0, lines.Length).Where(line => IsKey(lines[line]))];
        if (keys.Length < 2 || Anchor().IsMatch(text) || lines.Take(keys[0]).Any(static line => line.Length > 0 && line[0] != '#'))
        {
            Tell(fault, text);
            return null;
        }

        for (int i = 0; i < keys.Length; i++)
        {
            int end = i + 1 < keys.Length ? keys[i + 1] : lines.Length;
            Match top = TopKey().Match(lines[keys[i]]);
            string key = top.Groups["key"].Value;
            if (!top.Groups["colon"].Success)
            {
                mistakes.Add(new Mark(0, linesBefore + keys[i] + 1, 1), $"'{key}' has no colon", $"write '{key}:'");
                _broken.Add(key);
            }
            else if (Parse(lines, keys[i], end) is YamlMappingNode piece)
            {
                Join(piece);
            }
            else
            {
                _broken.Add(key);
                ReadEntries(key, lines, keys[i], end);
            }
        }

        if (_broken.Count == 0)
        {
            Tell(fault, text);
        }

        return _whole.Children.Count == 0 ? null : _whole;
    }

    /// <summary>A word at the left margin with a colon, or one of the domain's keys whose colon was forgotten.</summary>
    private static bool IsKey(string line) =>
        TopKey().Match(line) is { Success: true } match && (match.Groups["colon"].Success || ConfigurationKeys.Domain.Contains(match.Groups["key"].Value, StringComparer.Ordinal));

    /// <summary>The entries of a list, each by itself; of anything else the fault alone.</summary>
    private void ReadEntries(string key, string[] lines, int start, int end)
    {
        int first = Enumerable.Range(start + 1, end - start - 1).FirstOrDefault(line => Entry().IsMatch(lines[line]));
        int told = mistakes.Count;
        if (first > 0 && lines[start].TrimEnd().EndsWith(':'))
        {
            int indent = lines[first].IndexOf('-', StringComparison.Ordinal);
            int[] entries = [.. Enumerable.Range(first, end - first).Where(line => lines[line].Length > indent && lines[line][indent] == '-' && string.IsNullOrWhiteSpace(lines[line][..indent]))];
            YamlSequenceNode list = [];
            for (int i = 0; i < entries.Length; i++)
            {
                int next = i + 1 < entries.Length ? entries[i + 1] : end;
                if (Parse(lines, entries[i], next) is YamlSequenceNode { Children: [var entry] })
                {
                    list.Add(entry);
                }
                else
                {
                    Fault(lines, entries[i], next);
                }
            }

            _whole.Add(key, list);
        }

        if (mistakes.Count == told)
        {
            Fault(lines, start, end);
        }
    }

    private void Join(YamlMappingNode piece)
    {
        foreach ((YamlNode key, YamlNode value) in piece.Children)
        {
            if (!_whole.Children.ContainsKey(key))
            {
                _whole.Add(key, value);
            }
        }
    }

    /// <summary>The root of some lines, each in its line of the whole; null when they are no YAML, or no YAML that is read.</summary>
    private YamlNode? Parse(string[] lines, int start, int end)
    {
        try
        {
            // What the guard tells is told once the piece is known to be the smallest.
            YamlStream? stream = YamlGuard.Read(Padded(lines, start, end), new MistakeList("piece"));
            if (stream is not { Documents: [var document] })
            {
                return null;
            }

            RepeatedKeys.Join(document.RootNode);
            return document.RootNode;
        }
        catch (YamlException)
        {
            return null;
        }
    }

    private void Fault(string[] lines, int start, int end)
    {
        string text = Padded(lines, start, end);
        try
        {
            YamlGuard.Read(text, mistakes);
        }
        catch (YamlException fault)
        {
            // What is never ended shows at the end only: it begins in the piece.
            Mark? begin = fault.Start.Line > linesBefore + end ? new Mark(0, linesBefore + start + 1, lines[start].Length - lines[start].TrimStart().Length + 1) : null;
            YamlFault.Tell(fault, text, 0, mistakes, begin);
        }
    }

    private void Tell(YamlException fault, string text) => YamlFault.Tell(fault, text, linesBefore, mistakes);

    private string Padded(string[] lines, int start, int end) => new string('\n', linesBefore + start) + string.Join('\n', lines[start..end]);

    [GeneratedRegex("""^(?<quote>["']?)(?<key>[A-Za-z][A-Za-z0-9_-]*)\k<quote>[ ]*((?<colon>:)(\s|$)|$)""", RegexOptions.ExplicitCapture)]
    private static partial Regex TopKey();

    [GeneratedRegex("^ *- ")]
    private static partial Regex Entry();

    [GeneratedRegex("""(^|[\s\[{,:-])[&*][A-Za-z0-9_]""")]
    private static partial Regex Anchor();
}
