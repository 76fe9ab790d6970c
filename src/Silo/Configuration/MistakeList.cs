using YamlDotNet.Core;

namespace Routing.Silo.Configuration;

/// <summary>Gathers the mistakes of one file, so that the reader can go on and tell all of them at once.</summary>
internal sealed class MistakeList(string file)
{
    private readonly List<ConfigurationMistake> _mistakes = [];

    public bool IsEmpty => _mistakes.Count == 0;

    /// <summary>Something is wrong at this very place already.</summary>
    public bool HasAt(Mark place) => _mistakes.Exists(mistake => mistake.Line == place.Line && mistake.Column == place.Column);

    public void Add(Mark place, string problem, string remedy) => _mistakes.Add(new ConfigurationMistake(file, place.Line, place.Column, problem, remedy));

    /// <summary>A mistake of the file as a whole.</summary>
    public void Add(string problem, string remedy) => _mistakes.Add(new ConfigurationMistake(file, 0, 0, problem, remedy));

    public IReadOnlyList<ConfigurationMistake> InFileOrder() => [.. _mistakes.Distinct().OrderBy(mistake => mistake.Line).ThenBy(mistake => mistake.Column)];
}
