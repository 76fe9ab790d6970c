using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Routing.Architecture.Tests;

/// <summary>
/// Small and one thing: files and methods have a length limit, a file has one top-level type of its name. What is longer today stands in
/// Ratchet.txt with its length, which may only go down.
/// </summary>
public sealed class SizeTests
{
    private const int MaxFileLines = 500;

    private const int MaxMethodLines = 70;

    private static readonly string[] Folders = ["src/", "tests/", "load-tests/"];

    private static readonly Dictionary<string, int> Ratchet = ReadRatchet();

    [Fact]
    public void Files_are_short()
    {
        IEnumerable<string> tooLong = RepositoryFiles.SourceFiles(Folders)
            .Select(path => (Path: path, Lines: RepositoryFiles.Read(path).AsSpan().Count('\n')))
            .Where(file => file.Lines > Limit(file.Path, MaxFileLines))
            .Select(file => $"{file.Path}: {file.Lines} lines, limit {Limit(file.Path, MaxFileLines)}");

        Assert.Empty(tooLong);
    }

    [Fact]
    public void Methods_are_short()
    {
        IEnumerable<string> tooLong = RepositoryFiles.SourceFiles(Folders).SelectMany(path => Methods(path)
            .Where(method => method.Lines > Limit($"{path}#{method.Name}", MaxMethodLines))
            .Select(method => $"{path}#{method.Name}: {method.Lines} lines, limit {Limit($"{path}#{method.Name}", MaxMethodLines)}"));

        Assert.Empty(tooLong);
    }

    [Fact]
    public void A_file_has_one_top_level_type_and_its_name()
    {
        List<string> wrong = [];
        foreach (string path in RepositoryFiles.SourceFiles(Folders))
        {
            string[] types = [.. Parse(path).DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
                .OfType<MemberDeclarationSyntax>().Select(NameOf).OfType<string>()];
            string name = Path.GetFileName(path).Split('.')[0];
            if (types.Length > 1 || (types.Length == 1 && types[0] != name))
            {
                wrong.Add($"{path}: {string.Join(", ", types)}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void The_ratchet_names_only_what_is_still_too_long()
    {
        IEnumerable<string> gone = Ratchet.Keys.Where(key =>
        {
            string[] parts = key.Split('#');
            return !RepositoryFiles.Tracked.Contains(parts[0]) || (parts.Length == 2
                ? !Methods(parts[0]).Any(method => method.Name == parts[1] && method.Lines > MaxMethodLines)
                : RepositoryFiles.Read(parts[0]).AsSpan().Count('\n') <= MaxFileLines);
        });

        Assert.Empty(gone);
    }

    private static string? NameOf(MemberDeclarationSyntax member) => member switch
    {
        BaseTypeDeclarationSyntax type => type.Identifier.Text,
        DelegateDeclarationSyntax type => type.Identifier.Text,
        _ => null,
    };

    private static IEnumerable<(string Name, int Lines)> Methods(string path) =>
        Parse(path).DescendantNodes().OfType<BaseMethodDeclarationSyntax>().Select(method => (NameOf(method), LinesOf(method)));

    private static string NameOf(BaseMethodDeclarationSyntax method) => method switch
    {
        MethodDeclarationSyntax named => named.Identifier.Text,
        ConstructorDeclarationSyntax => ".ctor",
        _ => method.Kind().ToString(),
    };

    /// <summary>From the line of the declaration (attributes and comments left out) to the closing brace.</summary>
    private static int LinesOf(BaseMethodDeclarationSyntax method)
    {
        SyntaxToken first = method.Modifiers.Count > 0 ? method.Modifiers[0] : method.GetFirstToken();
        FileLinePositionSpan start = first.GetLocation().GetLineSpan();
        return method.GetLocation().GetLineSpan().EndLinePosition.Line - start.StartLinePosition.Line + 1;
    }

    private static CompilationUnitSyntax Parse(string path) =>
        CSharpSyntaxTree.ParseText(RepositoryFiles.Read(path), new CSharpParseOptions(LanguageVersion.Preview)).GetCompilationUnitRoot();

    private static int Limit(string key, int general) => Ratchet.GetValueOrDefault(key, general);

    private static Dictionary<string, int> ReadRatchet() =>
        RepositoryFiles.Read("tests/Architecture.Tests/Ratchet.txt").Split('\n')
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' '))
            .ToDictionary(parts => parts[0], parts => int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), StringComparer.Ordinal);
}
