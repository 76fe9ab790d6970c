using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Routing.Sip.Sdp;

/// <summary>Reads the lines of a session description. CRLF or LF ends a line (RFC 8866 §5).</summary>
internal static class SdpParser
{
    /// <summary>Refuses what is beyond the limits or has no usable v=, o=, c= or m= lines; keeps everything else.</summary>
    public static SdpRejectionReason TryParse(ReadOnlySpan<byte> body, SdpLimits limits, out SessionDescription? description)
    {
        description = null;
        if (body.Length > limits.MaxDescriptionBytes)
        {
            return SdpRejectionReason.TooLarge;
        }

        var reason = ReadLines(body, limits, out var lines);
        if (reason != SdpRejectionReason.None)
        {
            return reason;
        }

        if (lines.Count == 0 || lines[0] != new SdpLine('v', "0"))
        {
            return SdpRejectionReason.BadVersion;
        }

        int firstMedia = lines.FindIndex(static line => line.Type == 'm');
        var sessionLines = lines.GetRange(0, firstMedia < 0 ? lines.Count : firstMedia);
        reason = ReadSession(sessionLines, out var origin, out var connection);
        if (reason == SdpRejectionReason.None)
        {
            reason = ReadMedia(lines, sessionLines.Count, limits, out var media);
            description = reason == SdpRejectionReason.None ? new SessionDescription(sessionLines, media, origin!, connection) : null;
        }

        return reason;
    }

    private static SdpRejectionReason ReadLines(ReadOnlySpan<byte> body, SdpLimits limits, out List<SdpLine> lines)
    {
        lines = new List<SdpLine>(32);
        while (!body.IsEmpty)
        {
            var end = body.IndexOf((byte)'\n');
            var line = end < 0 ? body : body[..end];
            body = end < 0 ? [] : body[(end + 1)..];
            if (line.EndsWith("\r"u8))
            {
                line = line[..^1];
            }

            if (line.IsEmpty)
            {
                // Empty lines at the end are common and harmless.
                continue;
            }

            if (line.Length > limits.MaxLineBytes)
            {
                return SdpRejectionReason.LineTooLong;
            }

            if (line.Length < 2 || line[1] != (byte)'=' || !char.IsAsciiLetter((char)line[0]) || line.ContainsAny((byte)0, (byte)'\r'))
            {
                return SdpRejectionReason.BadLine;
            }

            if (lines.Count == limits.MaxLines)
            {
                return SdpRejectionReason.TooManyLines;
            }

            var value = line[2..];
            lines.Add(new SdpLine((char)line[0], (Utf8.IsValid(value) ? Encoding.UTF8 : Encoding.Latin1).GetString(value)));
        }

        return SdpRejectionReason.None;
    }

    private static SdpRejectionReason ReadSession(List<SdpLine> lines, out SdpOrigin? origin, out SdpConnection? connection)
    {
        origin = null;
        connection = null;
        int first = lines.FindIndex(static line => line.Type == 'o');
        if (first < 0)
        {
            return SdpRejectionReason.MissingOrigin;
        }

        origin = SdpOrigin.TryParse(lines[first].Value);
        if (origin is null || lines.FindLastIndex(static line => line.Type == 'o') != first)
        {
            return SdpRejectionReason.BadOrigin;
        }

        foreach (var line in lines)
        {
            if (line.Type == 'c' && SdpConnection.TryParse(line.Value) is var parsed)
            {
                if (parsed is null)
                {
                    return SdpRejectionReason.BadConnection;
                }

                connection ??= parsed;
            }
        }

        return SdpRejectionReason.None;
    }

    private static SdpRejectionReason ReadMedia(List<SdpLine> lines, int first, SdpLimits limits, out List<MediaDescription> media)
    {
        media = [];
        for (var i = first; i < lines.Count;)
        {
            var end = lines.FindIndex(i + 1, static line => line.Type == 'm');
            end = end < 0 ? lines.Count : end;
            if (media.Count == limits.MaxMediaSections)
            {
                return SdpRejectionReason.TooManyMedia;
            }

            var own = lines.GetRange(i + 1, end - i - 1);
            if (HasBadConnection(own))
            {
                return SdpRejectionReason.BadConnection;
            }

            if (TryParseMedia(lines[i].Value, own) is not { } parsed)
            {
                return SdpRejectionReason.BadMedia;
            }

            if (parsed.Formats.Count > limits.MaxFormatsPerMedia)
            {
                return SdpRejectionReason.TooManyFormats;
            }

            media.Add(parsed);
            i = end;
        }

        return SdpRejectionReason.None;
    }

    private static bool HasBadConnection(List<SdpLine> lines) =>
        lines.Exists(static line => line.Type == 'c' && SdpConnection.TryParse(line.Value) is null);

    /// <summary>"audio 49170[/2] RTP/AVP 0 8".</summary>
    private static MediaDescription? TryParseMedia(string value, List<SdpLine> lines)
    {
        var parts = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 4)
        {
            return null;
        }

        var ports = parts[1].Split('/');
        var count = 1;
        if (ports.Length > 2 || !TryNumber(ports[0], out var port)
            || (ports.Length == 2 && (!TryNumber(ports[1], out count) || count == 0)))
        {
            return null;
        }

        return new MediaDescription(parts[0], port, parts[2], parts[3..], lines, count);
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= ushort.MaxValue;
}
