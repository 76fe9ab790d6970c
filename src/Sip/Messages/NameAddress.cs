
namespace Routing.Sip.Messages;

/// <summary>
/// A name-addr or addr-spec with header parameters: From, To, Contact, Route, Record-Route, Refer-To (RFC 3261 §20.10). Immutable.
/// </summary>
public sealed class NameAddress
{
    public NameAddress(SipUri uri, string? displayName = null, SipParameters? parameters = null)
    {
        Uri = uri;
        DisplayName = displayName;
        Parameters = parameters ?? SipParameters.Empty;
    }

    /// <summary>The display name without quotes and escapes; null when there is none.</summary>
    public string? DisplayName { get; }

    public SipUri Uri { get; }

    /// <summary>Parameters of the header, not of the URI.</summary>
    public SipParameters Parameters { get; }

    public string? Tag => Parameters["tag"];

    /// <summary>
    /// Seconds of a Contact's "expires"; null when absent. A value that is no number counts as 3600 (RFC 3261 §10.3), one too
    /// large as 2^31-1.
    /// </summary>
    public int? ExpiresSeconds => Parameters["expires"] is { } text ? SipHeaders.ReadExpires(text) : null;

    /// <summary>The preference in thousandths, 0..1000; 1000 when absent or malformed (RFC 3261 §16.6).</summary>
    public int QThousandths => TryParseQ(Parameters["q"], out var q) ? q : 1000;

    public static bool TryParse(ReadOnlySpan<char> text, out NameAddress address)
    {
        address = null!;
        text = SipText.TrimLws(text);
        string? display = null;
        if (text.StartsWith("\""))
        {
            var length = SipText.QuotedStringLength(text);
            if (length < 0)
            {
                return false;
            }

            display = SipText.Unquote(text[..length]);
            text = SipText.TrimLws(text[length..]);
            if (!text.StartsWith("<"))
            {
                return false;
            }
        }

        var open = text.IndexOf('<');
        if (open < 0)
        {
            return TryParseAddrSpec(text, out address);
        }

        if (open > 0)
        {
            // Unquoted display names with characters that are no token are common; they are quoted when written again.
            display = SipText.TrimLws(text[..open]).ToString();
            if (display.AsSpan().ContainsAny("\">;"))
            {
                return false;
            }
        }

        text = text[(open + 1)..];
        var close = text.IndexOf('>');
        if (close < 0 || !SipUri.TryParse(text[..close], out var uri) || !TryParseTail(text[(close + 1)..], out var parameters))
        {
            return false;
        }

        address = new NameAddress(uri, display, parameters);
        return true;
    }

    public NameAddress WithTag(string tag) => new(Uri, DisplayName, Parameters.With("tag", tag));

    public NameAddress With(string parameter, string? value) => new(Uri, DisplayName, Parameters.With(parameter, value));

    public override string ToString()
    {
        string parameters = Parameters.ToString();
        return string.IsNullOrEmpty(DisplayName) ? $"<{Uri}>{parameters}" : $"{SipText.Quote(DisplayName)} <{Uri}>{parameters}";
    }

    /// <summary>
    /// Without brackets everything after the first semicolon belongs to the header, and a question mark is not allowed (§20).
    /// </summary>
    private static bool TryParseAddrSpec(ReadOnlySpan<char> text, out NameAddress address)
    {
        address = null!;
        var semicolon = text.IndexOf(';');
        var spec = semicolon < 0 ? text : SipText.TrimLws(text[..semicolon]);
        if (spec.ContainsAny("?,>") || !SipUri.TryParse(spec, out var uri)
            || !TryParseTail(semicolon < 0 ? [] : text[semicolon..], out var parameters))
        {
            return false;
        }

        address = new NameAddress(uri, null, parameters);
        return true;
    }

    private static bool TryParseTail(ReadOnlySpan<char> text, out SipParameters parameters)
    {
        text = SipText.TrimLws(text);
        parameters = SipParameters.Empty;
        return text.IsEmpty || (text[0] == ';' && SipParameters.TryParse(text[1..], out parameters));
    }

    private static bool TryParseQ(ReadOnlySpan<char> text, out int thousandths)
    {
        thousandths = 0;
        if (text.Length is 0 or > 5 || text[0] is not ('0' or '1') || (text.Length > 1 && text[1] != '.'))
        {
            return false;
        }

        var scale = 1000;
        foreach (var c in text)
        {
            if (c == '.')
            {
                continue;
            }

            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            thousandths += (c - '0') * scale;
            scale /= 10;
        }

        return thousandths <= 1000;
    }
}
