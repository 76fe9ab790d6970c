namespace Routing.Grains.Configuration;

/// <summary>A word of a condition, without its quotes, and its column from 1.</summary>
internal readonly record struct NeedToken(NeedTokenKind Kind, string Text, int Column)
{
    /// <summary>For messages.</summary>
    public string Shown => Kind == NeedTokenKind.End ? "the end" : $"'{Text}'";
}
