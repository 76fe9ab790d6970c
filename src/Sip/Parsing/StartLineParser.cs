using System.Buffers;
using System.Text;
using Routing.Sip.Messages;

namespace Routing.Sip.Parsing;

/// <summary>Request-Line and Status-Line (RFC 3261 §7.1, §7.2): exactly one space between the parts.</summary>
internal static class StartLineParser
{
    private const int MaxMethodBytes = 64;
    private static readonly SearchValues<byte> VersionBytes = SearchValues.Create("0123456789."u8);

    private static ReadOnlySpan<byte> Version => "SIP/2.0"u8;

    public static void Parse(ReadOnlySpan<byte> line, SipHead head, SipLimits limits)
    {
        if (StartsWithProtocol(line))
        {
            ParseStatusLine(line, head);
        }
        else
        {
            ParseRequestLine(line, head, limits);
        }
    }

    private static void ParseStatusLine(ReadOnlySpan<byte> line, SipHead head)
    {
        var tail = line[Math.Min(line.Length, Version.Length)..];
        if (!Ascii.EqualsIgnoreCase(line[..^tail.Length], Version))
        {
            head.Refuse(SipRejectionReason.UnsupportedVersion);
        }
        else if (tail.Length < 4 || tail[0] != (byte)' ' || !TryReadStatus(tail[1..4], out var status)
            || (tail.Length > 4 && tail[4] != (byte)' '))
        {
            head.Refuse(SipRejectionReason.BadStartLine);
        }
        else
        {
            head.StatusCode = status;
            head.ReasonPhrase = tail.Length > 5 ? SipHeadParser.Decode(tail[5..]) : "";
            if (!SipText.IsOneLine(head.ReasonPhrase))
            {
                head.Refuse(SipRejectionReason.BareLineBreak);
            }
        }
    }

    private static void ParseRequestLine(ReadOnlySpan<byte> line, SipHead head, SipLimits limits)
    {
        var space = line.IndexOf((byte)' ');
        var last = line.TrimEnd((byte)' ').LastIndexOf((byte)' ');
        if (space is <= 0 or > MaxMethodBytes || !StartsWithProtocol(line[(last + 1)..]))
        {
            head.Refuse(SipRejectionReason.NotSip);
            return;
        }

        Span<char> method = stackalloc char[space];
        Encoding.Latin1.GetChars(line[..space], method);
        if (!SipText.IsToken(method))
        {
            head.Refuse(SipRejectionReason.NotSip);
            return;
        }

        head.Method = SipMethod.Intern(method);
        ParseTarget(line[(space + 1)..], head, limits);
    }

    /// <summary>"Request-URI SP SIP-Version".</summary>
    private static void ParseTarget(ReadOnlySpan<byte> rest, SipHead head, SipLimits limits)
    {
        var space = rest.IndexOf((byte)' ');
        if (space <= 0)
        {
            head.Refuse(SipRejectionReason.BadStartLine);
            return;
        }

        var version = rest[(space + 1)..];
        if (!Ascii.EqualsIgnoreCase(version, Version))
        {
            head.Refuse(IsOtherVersion(version) ? SipRejectionReason.UnsupportedVersion : SipRejectionReason.BadStartLine);
            return;
        }

        if (space > limits.MaxRequestUriBytes)
        {
            head.Refuse(SipRejectionReason.RequestUriTooLong);
            return;
        }

        // Headers in a Request-URI are not allowed (RFC 3261 §19.1.1 table 1).
        if (SipUri.TryParse(SipHeadParser.Decode(rest[..space]), out var uri) && uri.HeadersText is null)
        {
            head.RequestUri = uri;
        }
        else
        {
            head.Refuse(SipRejectionReason.BadRequestUri);
        }
    }

    private static bool TryReadStatus(ReadOnlySpan<byte> digits, out int status)
    {
        status = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            status = (status * 10) + (digit - '0');
        }

        return status is >= 100 and <= 699;
    }

    private static bool IsOtherVersion(ReadOnlySpan<byte> version) =>
        StartsWithProtocol(version) && version.Length > 4 && !version[4..].ContainsAnyExcept(VersionBytes);

    private static bool StartsWithProtocol(ReadOnlySpan<byte> text) => text.Length >= 4 && Ascii.EqualsIgnoreCase(text[..4], "SIP/"u8);
}
