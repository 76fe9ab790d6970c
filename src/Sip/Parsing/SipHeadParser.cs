using System.Text;
using System.Text.Unicode;
using Routing.Sip.Messages;

namespace Routing.Sip.Parsing;

/// <summary>
/// Reads start line and header lines into a <see cref="SipHead"/>. Owns no state and no policy. Text is UTF-8 (RFC 3261
/// §7.3.1); a line that is
/// not is read as Latin-1, which is what old phones send in display names.
/// </summary>
internal static class SipHeadParser
{
    private static ReadOnlySpan<byte> LineBreak => "\r\n"u8;

    /// <param name="bytes">From the first byte of the start line to before the empty line.</param>
    public static SipHead Parse(ReadOnlySpan<byte> bytes, SipLimits limits)
    {
        var head = new SipHead();
        StartLineParser.Parse(TakeLine(ref bytes), head, limits);
        if (head.Fault == SipRejectionReason.NotSip)
        {
            return head;
        }

        while (!bytes.IsEmpty)
        {
            var line = TakeFoldedLine(ref bytes, out var folded);
            if (line.Length > limits.MaxHeaderLineBytes)
            {
                head.Refuse(SipRejectionReason.HeaderTooLong);
            }
            else
            {
                ParseLine(line, folded, head, limits);
            }

            if (head.Headers.Count > limits.MaxHeaders)
            {
                head.Refuse(SipRejectionReason.TooManyHeaders);
                break;
            }
        }

        HeaderRules.Check(head);
        return head;
    }

    /// <summary>Decodes UTF-8, else Latin-1.</summary>
    public static string Decode(ReadOnlySpan<byte> text) =>
        Ascii.IsValid(text) || !Utf8.IsValid(text) ? Encoding.Latin1.GetString(text) : Encoding.UTF8.GetString(text);

    private static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf(LineBreak);
        var line = end < 0 ? bytes : bytes[..end];
        bytes = end < 0 ? [] : bytes[(end + LineBreak.Length)..];
        return line;
    }

    /// <summary>A line and those after it that start with white space, which continue it (RFC 3261 §7.3.1).</summary>
    private static ReadOnlySpan<byte> TakeFoldedLine(ref ReadOnlySpan<byte> bytes, out bool folded)
    {
        folded = false;
        var whole = bytes;
        var length = TakeLine(ref bytes).Length;
        while (!bytes.IsEmpty && bytes[0] is (byte)' ' or (byte)'\t')
        {
            folded = true;
            length += LineBreak.Length + TakeLine(ref bytes).Length;
        }

        return whole[..length];
    }

    private static void ParseLine(ReadOnlySpan<byte> line, bool folded, SipHead head, SipLimits limits)
    {
        var colon = line.IndexOf((byte)':');
        var name = colon < 0 ? [] : line[..colon].TrimEnd(" \t"u8);
        if (!IsToken(name))
        {
            head.Refuse(SipRejectionReason.BadHeaderLine);
            return;
        }

        var raw = line[(colon + 1)..].Trim(" \t\r\n"u8);
        if (raw.Contains((byte)0))
        {
            head.Refuse(SipRejectionReason.NulCharacter);
            return;
        }

        var value = folded ? Unfold(raw) : Decode(raw);
        if (value.AsSpan().ContainsAny('\r', '\n'))
        {
            head.Refuse(SipRejectionReason.BareLineBreak);
            return;
        }

        var id = HeaderNames.Lookup(name);
        var text = id == HeaderId.Unknown ? Encoding.ASCII.GetString(name) : HeaderNames.ToText(id);
        if (HeaderNames.IsSplitList(id) && value.Contains(',', StringComparison.Ordinal))
        {
            AddList(id, text, value, head, limits);
        }
        else if (id != HeaderId.ContentLength || AcceptContentLength(value, head))
        {
            head.Headers.AddParsed(new SipHeader(id, text, value));
        }
    }

    /// <summary>A fold and the white space around it count as one space.</summary>
    private static string Unfold(ReadOnlySpan<byte> raw)
    {
        var builder = new StringBuilder(raw.Length);
        while (!raw.IsEmpty)
        {
            var line = TakeLine(ref raw).Trim(" \t"u8);
            if (builder.Length > 0 && !line.IsEmpty)
            {
                builder.Append(' ');
            }

            builder.Append(Decode(line));
        }

        return builder.ToString();
    }

    private static void AddList(HeaderId id, string name, string value, SipHead head, SipLimits limits)
    {
        ReadOnlySpan<char> rest = value;
        while (!rest.IsEmpty && head.Headers.Count <= limits.MaxHeaders)
        {
            if (!SipText.TryTakeItem(ref rest, ',', out var item))
            {
                head.Refuse(HeaderRules.FaultOf(id));
            }

            head.Headers.AddParsed(new SipHeader(id, name, SipText.TrimLws(item).ToString()));
        }
    }

    /// <summary>
    /// Two equal lengths are one; two different ones are how requests are smuggled past a neighbour (RFC 4475 §3.3.9).
    /// </summary>
    private static bool AcceptContentLength(string value, SipHead head)
    {
        if (!SipText.TryParseNumber(value, out var length))
        {
            head.Refuse(SipRejectionReason.BadContentLength);
            head.ContentLengthBytes = null;
            return false;
        }

        if (!head.HasContentLength)
        {
            head.HasContentLength = true;
            head.ContentLengthBytes = length;
            return true;
        }

        if (head.ContentLengthBytes != length)
        {
            head.Refuse(SipRejectionReason.ConflictingContentLength);
            head.ContentLengthBytes = null;
        }

        return false;
    }

    private static bool IsToken(ReadOnlySpan<byte> name)
    {
        foreach (var b in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)b) && !"-.!%*_+`'~"u8.Contains(b))
            {
                return false;
            }
        }

        return !name.IsEmpty;
    }
}
