using System.Globalization;

namespace Routing.Sip.Messages;

/// <summary>CSeq (RFC 3261 §20.16). The number is below 2^31 (§8.1.1.5).</summary>
public readonly record struct CSeq(int Number, string Method)
{
    public static bool TryParse(ReadOnlySpan<char> text, out CSeq value)
    {
        value = default;
        text = SipText.TrimLws(text);
        var digits = text.IndexOfAnyExceptInRange('0', '9');
        if (digits <= 0 || !SipText.TryParseNumber(text[..digits], out var number) || !SipText.IsLws(text[digits]))
        {
            return false;
        }

        var method = SipText.TrimLws(text[digits..]);
        if (!SipText.IsToken(method))
        {
            return false;
        }

        value = new CSeq(number, SipMethod.Intern(method));
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number} {Method}");
}
