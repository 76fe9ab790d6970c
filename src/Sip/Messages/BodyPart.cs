using System.Text;

namespace Routing.Sip.Messages;

/// <summary>One part of a message's body; a body that is not multipart is its own only part (RFC 5621 §3).</summary>
/// <param name="ContentType">Media type without parameters in lower case; null when it is not said.</param>
/// <param name="IsOptional">The receiver may ignore it: Content-Disposition says handling=optional (RFC 3261 §20.11).</param>
/// <param name="Content">What is inside.</param>
public sealed record BodyPart(string? ContentType, bool IsOptional, ReadOnlyMemory<byte> Content)
{
    private const string Multipart = "multipart/";
    private const string Mixed = "multipart/mixed";
    private const int PartsLimit = 16;
    private const int BoundaryLimitChars = 70;

    private static ReadOnlySpan<byte> EmptyLine => "\r\n\r\n"u8;

    /// <summary>
    /// The parts of multipart/mixed, else the body as one part; none when there is no body. A multipart that cannot be taken apart, and one of
    /// another kind, is one part of its own type, which nobody will understand.
    /// </summary>
    public static IReadOnlyList<BodyPart> Of(SipMessage message)
    {
        if (message.Body.IsEmpty)
        {
            return [];
        }

        var headers = message.Headers;
        string? type = headers.ContentType;
        if (type == Mixed && BoundaryOf(headers[HeaderId.ContentType]!) is { } boundary && TrySplit(message.Body, boundary, out var parts))
        {
            return parts;
        }

        return [new BodyPart(type, SaysOptional(headers[HeaderId.ContentDisposition]), message.Body)];
    }

    private static string? BoundaryOf(string contentType)
    {
        int semicolon = contentType.IndexOf(';', StringComparison.Ordinal);
        if (semicolon < 0 || !SipParameters.TryParse(contentType.AsSpan(semicolon + 1), out var parameters) || parameters["boundary"] is not { } written)
        {
            return null;
        }

        string boundary = written.StartsWith('"') ? SipText.Unquote(written) : written;
        return boundary.Length is > 0 and <= BoundaryLimitChars ? boundary : null;
    }

    /// <summary>RFC 2046 §5.1.1: parts between delimiter lines, an empty line between a part's headers and its content, a closing delimiter.</summary>
    private static bool TrySplit(ReadOnlyMemory<byte> body, string boundary, out List<BodyPart> parts)
    {
        parts = [];
        byte[] delimiter = Encoding.UTF8.GetBytes("\r\n--" + boundary);
        ReadOnlyMemory<byte> rest;
        if (body.Span.StartsWith(delimiter.AsSpan(2)))
        {
            rest = body[(delimiter.Length - 2)..];
        }
        else if (body.Span.IndexOf(delimiter) is >= 0 and var preamble)
        {
            rest = body[(preamble + delimiter.Length)..];
        }
        else
        {
            return false;
        }

        while (!rest.Span.StartsWith("--"u8))
        {
            int end = rest.Span.IndexOf(delimiter);
            if (end < 0 || parts.Count == PartsLimit || !TryRead(rest[..end], out var part))
            {
                return false;
            }

            parts.Add(part);
            rest = rest[(end + delimiter.Length)..];
        }

        return parts.Count > 0;
    }

    /// <param name="text">From the end of the delimiter: its line's end, headers, an empty line, content.</param>
    /// <param name="part">The part.</param>
    private static bool TryRead(ReadOnlyMemory<byte> text, out BodyPart part)
    {
        part = null!;
        int empty = text.Span.IndexOf(EmptyLine);
        if (empty < 0)
        {
            return false;
        }

        string? type = null;
        string? disposition = null;
        foreach (string line in Encoding.UTF8.GetString(text.Span[..empty]).Split("\r\n"))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            string name = colon < 0 ? "" : line[..colon].Trim();
            if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            {
                type = line[(colon + 1)..].Split(';')[0].Trim().ToLowerInvariant();
            }
            else if (name.Equals("Content-Disposition", StringComparison.OrdinalIgnoreCase))
            {
                disposition = line[(colon + 1)..];
            }
        }

        part = new BodyPart(type, SaysOptional(disposition), text[(empty + EmptyLine.Length)..]);
        return type?.StartsWith(Multipart, StringComparison.Ordinal) != true || part.IsOptional;
    }

    private static bool SaysOptional(string? disposition)
    {
        int semicolon = disposition?.IndexOf(';', StringComparison.Ordinal) ?? -1;
        return semicolon >= 0
            && SipParameters.TryParse(disposition.AsSpan(semicolon + 1), out var parameters)
            && string.Equals(parameters["handling"], "optional", StringComparison.OrdinalIgnoreCase);
    }
}
