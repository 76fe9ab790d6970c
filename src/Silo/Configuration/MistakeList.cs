using YamlDotNet.Core;

namespace Routing.Silo.Configuration;

/// <summary>Gathers the mistakes of one configuration, so that the reader can go on and tell all of them at once.</summary>
internal sealed class MistakeList(string name, SourceLines lines)
{
    private readonly List<(Mark? Place, string Problem, string Remedy)> _mistakes = [];

    private readonly HashSet<(long Line, long Column)> _places = [];

    /// <param name="file">The only file.</param>
    public MistakeList(string file)
        : this(file, new SourceLines(file))
    {
    }

    public int Count => _mistakes.Count;

    public bool IsEmpty => _mistakes.Count == 0;

    /// <summary>Something is wrong at this very place already.</summary>
    public bool HasAt(Mark place) => _places.Contains((place.Line, place.Column));

    public void Add(Mark place, string problem, string remedy)
    {
        _places.Add((place.Line, place.Column));
        _mistakes.Add((place, problem, remedy));
    }

    /// <summary>A mistake of the configuration as a whole.</summary>
    public void Add(string problem, string remedy) => _mistakes.Add((null, problem, remedy));

    /// <summary>Where else the same is, for a remedy: <c>file:line:column</c>.</summary>
    public string PlaceText(Mark place) => lines.Text(place);

    public IReadOnlyList<ConfigurationMistake> InFileOrder() =>
        [.. _mistakes.OrderBy(mistake => mistake.Place?.Line ?? 0).ThenBy(mistake => mistake.Place?.Column ?? 0).Select(Placed).Distinct()];

    private ConfigurationMistake Placed((Mark? Place, string Problem, string Remedy) mistake)
    {
        if (mistake.Place is not { } place)
        {
            return new ConfigurationMistake(name, 0, 0, mistake.Problem, mistake.Remedy);
        }

        (string file, long line) = lines.Find(place.Line);
        return new ConfigurationMistake(file, line, place.Column, mistake.Problem, mistake.Remedy);
    }
}
