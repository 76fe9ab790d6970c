namespace Routing.Gateway.Telephony.Calls;

/// <summary>Values of the Reason header (RFC 3326).</summary>
internal static class ReasonHeader
{
    private const string NormalClearing = "Q.850;cause=16";
    private const int TextLimitChars = 120;

    /// <summary>A value that has a cause is taken as it is; a plain text becomes the text of a normal clearing.</summary>
    public static string Of(string reason)
    {
        string line = new([.. reason.Select(static c => char.IsControl(c) ? ' ' : c)]);
        if (line.Contains(";cause=", StringComparison.Ordinal))
        {
            return line;
        }

        string text = line.Length > TextLimitChars ? line[..TextLimitChars] : line;
        return text.Length == 0 ? NormalClearing : $"{NormalClearing};text=\"{text.Replace('"', '\'').Replace('\\', '/')}\"";
    }
}
