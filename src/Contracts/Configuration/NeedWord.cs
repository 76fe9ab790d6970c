namespace Routing.Contracts.Configuration;

/// <summary>Names and values in the text of needs.</summary>
public static class NeedWord
{
    /// <summary>Characters of a word that needs no quotes.</summary>
    public static bool IsWordLetter(char letter) => char.IsLetterOrDigit(letter) || "._-+*#@:".Contains(letter, StringComparison.Ordinal);

    /// <summary>and, or, not: they need quotes when they are names.</summary>
    public static bool IsReserved(string word) =>
        word.Equals("and", StringComparison.OrdinalIgnoreCase) || word.Equals("or", StringComparison.OrdinalIgnoreCase) || word.Equals("not", StringComparison.OrdinalIgnoreCase);

    /// <summary>The word, in quotes when it would otherwise be read as something else. A quote in it is written twice.</summary>
    public static string Quoted(string word) =>
        word.Length > 0 && word.All(IsWordLetter) && !IsReserved(word) && !word.All(char.IsAsciiDigit) ? word : $"'{word.Replace("'", "''", StringComparison.Ordinal)}'";
}
