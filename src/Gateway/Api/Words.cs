using System.Text.Json;

namespace Routing.Gateway.Api;

/// <summary>Enumerations as the API writes them: kebab-case ("not-ready", "wrap-up").</summary>
internal static class Words
{
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>All words of an enumeration, in its order.</summary>
    public static IReadOnlyList<string> All<T>()
        where T : struct, Enum => Table<T>.Words;

    public static bool TryParse<T>(string? word, out T value)
        where T : struct, Enum
    {
        int index = word is null ? -1 : Array.IndexOf(Table<T>.Words, word);
        value = index < 0 ? default : Table<T>.Values[index];
        return index >= 0;
    }

    private static class Table<T>
        where T : struct, Enum
    {
        public static readonly T[] Values = Enum.GetValues<T>();

        public static readonly string[] Words = [.. Values.Select(value => Of(value))];
    }
}
