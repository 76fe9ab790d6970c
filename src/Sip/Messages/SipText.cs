using System.Buffers;
using System.Text;

namespace Routing.Sip.Messages;

/// <summary>The lexical rules that all values of RFC 3261 §25.1 share: tokens, linear white space, quoted strings, lists.</summary>
internal static class SipText
{
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.!%*_+`'~");

    private static readonly SearchValues<char> ForbiddenInLine = SearchValues.Create("\r\n\0");

    public static bool IsLws(char c) => c is ' ' or '\t' or '\r' or '\n';

    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenCharacters);

    /// <summary>False when the text would break the line it is written into (a header injected through a value).</summary>
    public static bool IsOneLine(ReadOnlySpan<char> text) => !text.ContainsAny(ForbiddenInLine);

    public static ReadOnlySpan<char> TrimLws(ReadOnlySpan<char> text) => text.Trim(" \t\r\n");

    /// <summary>Digits only, at most 2^31 - 1; leading zeros are legal.</summary>
    public static bool TryParseNumber(ReadOnlySpan<char> text, out int number)
    {
        long total = 0;
        number = 0;
        if (text.IsEmpty)
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            total = (total * 10) + (c - '0');
            if (total > int.MaxValue)
            {
                return false;
            }
        }

        number = (int)total;
        return true;
    }

    /// <summary>
    /// Takes the text up to the next separator that stands outside quoted strings and angle brackets. False when a quoted
    /// string or a bracket is not closed.
    /// </summary>
    public static bool TryTakeItem(ref ReadOnlySpan<char> rest, char separator, out ReadOnlySpan<char> item)
    {
        var quoted = false;
        var bracketed = false;
        for (var i = 0; i < rest.Length; i++)
        {
            var c = rest[i];
            if (quoted)
            {
                if (c == '\\')
                {
                    i++;
                }
                else if (c == '"')
                {
                    quoted = false;
                }
            }
            else if (c == separator && !bracketed)
            {
                item = rest[..i];
                rest = rest[(i + 1)..];
                return true;
            }
            else
            {
                switch (c)
                {
                    case '"' when !bracketed:
                        quoted = true;
                        break;
                    case '<':
                        bracketed = true;
                        break;
                    case '>':
                        bracketed = false;
                        break;
                    default:
                        break;
                }
            }
        }

        item = rest;
        rest = [];
        return !quoted && !bracketed;
    }

    /// <summary>The index after the closing quote of the quoted string that starts at 0; -1 when it is not closed.</summary>
    public static int QuotedStringLength(ReadOnlySpan<char> text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                return i + 1;
            }
        }

        return -1;
    }

    public static string Quote(string text)
    {
        var builder = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            if (c is '"' or '\\')
            {
                builder.Append('\\');
            }

            builder.Append(c);
        }

        return builder.Append('"').ToString();
    }

    /// <summary>The content of a quoted string; text that is not quoted comes back as it is.</summary>
    public static string Unquote(ReadOnlySpan<char> text)
    {
        if (text.Length < 2 || text[0] != '"' || text[^1] != '"')
        {
            return text.ToString();
        }

        var inner = text[1..^1];
        if (!inner.Contains('\\'))
        {
            return inner.ToString();
        }

        var builder = new StringBuilder(inner.Length);
        for (var i = 0; i < inner.Length; i++)
        {
            if (inner[i] == '\\' && i + 1 < inner.Length)
            {
                i++;
            }

            builder.Append(inner[i]);
        }

        return builder.ToString();
    }

    /// <summary>"host[:port]" with white space allowed around the colon; IPv6 only in brackets.</summary>
    public static bool TryParseHostPort(ReadOnlySpan<char> text, out ReadOnlySpan<char> host, out int? port)
    {
        port = null;
        var end = text.StartsWith("[") ? text.IndexOf(']') + 1 : text.IndexOf(':');
        if (end < 0)
        {
            end = text.Length;
        }

        host = TrimLws(text[..end]);
        if (!IsHost(host))
        {
            return false;
        }

        var rest = TrimLws(text[end..]);
        if (rest.IsEmpty)
        {
            return true;
        }

        if (rest[0] != ':' || !TryParseNumber(TrimLws(rest[1..]), out var number) || number is 0 or > ushort.MaxValue)
        {
            return false;
        }

        port = number;
        return true;
    }

    /// <summary>A host name (underscores tolerated: they occur in container networks), an IPv4 address, or an IPv6 reference.</summary>
    private static bool IsHost(ReadOnlySpan<char> host)
    {
        if (host.IsEmpty)
        {
            return false;
        }

        if (host[0] == '[')
        {
            return host.Length > 3 && host[^1] == ']' && System.Net.IPAddress.TryParse(host[1..^1], out _);
        }

        foreach (var c in host)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_'))
            {
                return false;
            }
        }

        return true;
    }
}
