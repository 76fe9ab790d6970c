namespace Routing.Contracts.Ids;

/// <summary>What every identifier must look like, so that it can stand in a path, a storage key, a SIP user part and a metric label.</summary>
public static class Identifier
{
    public const int MaxLengthChars = 128;

    /// <summary>Letters, digits and . _ - + * # @ :, at least one and at most <see cref="MaxLengthChars"/>.</summary>
    public static bool IsValid(string? value)
    {
        if (string.IsNullOrEmpty(value) || value.Length > MaxLengthChars)
        {
            return false;
        }

        foreach (char c in value)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"._-+*#@:".Contains(c, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    internal static string Checked(string value, string kind) =>
        IsValid(value)
            ? value
            : throw new FormatException($"'{value}' is not a valid {kind} id: use 1 to {MaxLengthChars} letters, digits or . _ - + * # @ :");
}
