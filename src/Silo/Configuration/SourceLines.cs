namespace Routing.Silo.Configuration;

/// <summary>
/// Files read as if each stood below the one before it: a line of the whole then tells the file too, and places need nothing more than the marks that the YAML library gives.
/// </summary>
internal sealed class SourceLines
{
    // What YAML takes for the end of a line.
    private const string Breaks = "\r\n\u0085\u2028\u2029";

    private readonly List<(string Name, long LinesBefore)> _files = [];
    private long _lines;

    public SourceLines()
    {
    }

    public SourceLines(string name) => Add(name, "");

    /// <summary>Adds a file. The result is how many lines stand above it: with so many line ends before it, the text has its lines.</summary>
    public int Add(string name, string text)
    {
        long before = _lines;
        _files.Add((name, before));
        int breaks = 0;
        for (int at = text.AsSpan().IndexOfAny(Breaks); at >= 0;)
        {
            breaks++;
            int next = text.AsSpan(at + 1).IndexOfAny(Breaks);
            at = next < 0 ? -1 : at + 1 + next;
        }

        // One more, so that the place after the last line is still this file's.
        _lines += breaks + 2;
        return (int)before;
    }

    /// <summary>The file of a line of the whole, and the line in it; the first file for line 0.</summary>
    public (string Name, long Line) Find(long line)
    {
        for (int i = _files.Count - 1; i >= 0; i--)
        {
            if (line > _files[i].LinesBefore)
            {
                return (_files[i].Name, line - _files[i].LinesBefore);
            }
        }

        return (_files[0].Name, 0);
    }

    /// <summary><c>file:line:column</c>.</summary>
    public string Text(YamlDotNet.Core.Mark place)
    {
        (string name, long line) = Find(place.Line);
        return $"{name}:{line}:{place.Column}";
    }
}
