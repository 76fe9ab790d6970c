using Routing.Sip.Messages;

namespace Routing.Sip.Auth;

/// <summary>"Digest name=value, name=\"value\"": the form that challenges and credentials share (RFC 7235 §2.1).</summary>
internal static class AuthParameters
{
    private const int MaxParameters = 32;

    /// <summary>False for another scheme, a malformed list or one parameter twice.</summary>
    public static bool TryParse(string header, out Dictionary<string, string> parameters)
    {
        parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var text = SipText.TrimLws(header);
        if (text.Length < 7 || !text[..6].Equals("Digest", StringComparison.OrdinalIgnoreCase) || !SipText.IsLws(text[6]))
        {
            return false;
        }

        var rest = text[7..];
        while (!rest.IsEmpty)
        {
            if (!SipText.TryTakeItem(ref rest, ',', out var item))
            {
                return false;
            }

            item = SipText.TrimLws(item);
            if (item.IsEmpty)
            {
                continue;
            }

            var equals = item.IndexOf('=');
            if (equals <= 0 || parameters.Count == MaxParameters)
            {
                return false;
            }

            var name = SipText.TrimLws(item[..equals]);
            var value = SipText.TrimLws(item[(equals + 1)..]);
            if (!SipText.IsToken(name) || (value.StartsWith("\"") && SipText.QuotedStringLength(value) != value.Length)
                || !parameters.TryAdd(name.ToString(), SipText.Unquote(value)))
            {
                return false;
            }
        }

        return true;
    }
}
