using YamlDotNet.Core;

namespace Routing.Silo.Configuration;

/// <summary>Looks at passwords and keys while they can still be read. Empty ones are mistakes; ones that are guessed at once are warned of.</summary>
internal sealed class SecretCheck(MistakeList mistakes, MistakeList warnings)
{
    /// <summary>Shorter ones are guessed within hours, the rate limits notwithstanding, by who has many addresses.</summary>
    public const int MinLengthChars = 8;

    /// <summary>A secret as it stands in the file, and the names that it must not be.</summary>
    public void Check(string what, string secret, Mark place, params string[] names)
    {
        if (string.IsNullOrWhiteSpace(secret))
        {
            mistakes.Add(place, $"the {what} is empty", "everybody could use it; write one that is long and random");
        }
        else if (secret == SecretHiding.Hidden)
        {
            mistakes.Add(place, $"the {what} '{SecretHiding.Hidden}' stands for one that is not shown", $"write the {what} itself, or its digest");
        }
        else if (names.Contains(secret, StringComparer.OrdinalIgnoreCase))
        {
            warnings.Add(place, $"the {what} is the name itself, the first that strangers try", "choose one that is long and random");
        }
        else if (secret.Length < MinLengthChars)
        {
            warnings.Add(place, $"the {what} has fewer than {MinLengthChars} characters and is guessed soon", "choose one that is long and random");
        }
    }
}
