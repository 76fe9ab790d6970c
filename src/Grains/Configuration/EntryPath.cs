using System.Globalization;

namespace Routing.Grains.Configuration;

/// <summary>How mistakes name an entry of a list: by its name, and a further entry of the same name by its place, counted from 1, so that what is said of one is not taken for the other's.</summary>
public static class EntryPath
{
    /// <param name="list">The list's key.</param>
    /// <param name="name">Of the entry.</param>
    /// <param name="index">Its place in the list, from 0.</param>
    /// <param name="isFirst">No entry before it has the name.</param>
    public static string Of(string list, string name, int index, bool isFirst) => $"{list}[{(isFirst ? name : Place(index))}]";

    /// <summary>The name of an entry that has no other: <c>#3</c> for index 2.</summary>
    public static string Place(int index) => string.Create(CultureInfo.InvariantCulture, $"#{index + 1}");

    /// <summary>Whether a name stands for one that an entry lacks.</summary>
    public static bool IsPlace(string name) => name.Length > 1 && name[0] == '#' && name.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;
}
