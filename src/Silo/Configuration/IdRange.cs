using System.Globalization;
using System.Text.RegularExpressions;

namespace Routing.Silo.Configuration;

/// <summary>Ids of big set-ups: <c>agent[1-2000]</c> stands for agent1 to agent2000, <c>desk[001-120]</c> for desk001 to desk120.</summary>
internal static partial class IdRange
{
    public const int MaxIdsCount = 100_000;

    /// <summary>The ids that a text stands for: itself when it has no range; null when the range is empty or longer than <see cref="MaxIdsCount"/>.</summary>
    public static IEnumerable<string>? Expand(string text)
    {
        Match match = Range().Match(text);
        if (!match.Success)
        {
            return [text];
        }

        if (!int.TryParse(match.Groups["from"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int from)
            || !int.TryParse(match.Groups["to"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int to)
            || to < from || to - from >= MaxIdsCount)
        {
            return null;
        }

        string digits = match.Groups["from"].Value;
        string format = digits[0] == '0' ? "D" + digits.Length.ToString(CultureInfo.InvariantCulture) : "D";
        return Enumerable.Range(from, to - from + 1)
            .Select(number => match.Groups["before"].Value + number.ToString(format, CultureInfo.InvariantCulture) + match.Groups["after"].Value);
    }

    [GeneratedRegex(@"^(?<before>[^\[\]]*)\[(?<from>\d+)-(?<to>\d+)\](?<after>[^\[\]]*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Range();
}
