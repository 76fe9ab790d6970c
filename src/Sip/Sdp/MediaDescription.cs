using System.Globalization;

namespace Routing.Sip.Sdp;

/// <summary>An m= line with the lines that belong to it. Immutable; what it does not understand it keeps, in order.</summary>
public sealed class MediaDescription
{
    public MediaDescription(
        string kind, int port, string protocol, IReadOnlyList<string> formats, IReadOnlyList<SdpLine> lines, int portCount = 1)
    {
        Kind = kind;
        Port = port;
        PortCount = portCount;
        Protocol = protocol;
        Formats = formats;
        Lines = lines;
    }

    /// <summary>"audio", "video", "application", ...</summary>
    public string Kind { get; }

    /// <summary>0: refused, or given up (RFC 3264 §6, §8.2).</summary>
    public int Port { get; }

    /// <summary>The number after the slash of "m=audio 49170/2"; 1 when there is none.</summary>
    public int PortCount { get; }

    public string Protocol { get; }

    /// <summary>Payload types as text; other protocols have other formats.</summary>
    public IReadOnlyList<string> Formats { get; }

    /// <summary>All lines after the m= line.</summary>
    public IReadOnlyList<SdpLine> Lines { get; }

    public bool IsRejected => Port == 0;

    public bool IsAudio => Kind == "audio";

    /// <summary>RTP without encryption, which is what this library can send.</summary>
    public bool IsPlainRtp => Protocol is "RTP/AVP";

    /// <summary>Its own c= line; null when that of the session counts.</summary>
    public SdpConnection? Connection
    {
        get
        {
            foreach (var line in Lines)
            {
                if (line.Type == 'c')
                {
                    return SdpConnection.TryParse(line.Value);
                }
            }

            return null;
        }
    }

    /// <summary>a=ptime in milliseconds; null when absent or not a whole number of 1..1000.</summary>
    public int? PacketTimeMs =>
        int.TryParse(Attribute("ptime"), NumberStyles.None, CultureInfo.InvariantCulture, out var ms) && ms is >= 1 and <= 1000 ? ms : null;

    /// <summary>The value of the first attribute of this name, empty for a flag; null when absent.</summary>
    public string? Attribute(string name)
    {
        foreach (var line in Lines)
        {
            if (line.IsAttribute(name))
            {
                return line.AttributeValue;
            }
        }

        return null;
    }

    /// <summary>The formats whose meaning is known, in the order of preference of the m= line.</summary>
    public IEnumerable<RtpFormat> RtpFormats
    {
        get
        {
            foreach (var format in Formats)
            {
                if (int.TryParse(format, NumberStyles.None, CultureInfo.InvariantCulture, out var type)
                    && (FindMap(type) ?? RtpFormat.Static(type)) is { } known)
                {
                    yield return known;
                }
            }
        }
    }

    /// <summary>The a=fmtp parameters of a payload type; null when there are none.</summary>
    public string? FormatParameters(int payloadType)
    {
        var prefix = string.Create(CultureInfo.InvariantCulture, $"{payloadType} ");
        foreach (var line in Lines)
        {
            if (line.IsAttribute("fmtp") && line.AttributeValue.StartsWith(prefix, StringComparison.Ordinal))
            {
                return line.AttributeValue[prefix.Length..];
            }
        }

        return null;
    }

    /// <summary>The answer to media that is not wanted: the same m= line with port 0 (RFC 3264 §6).</summary>
    public MediaDescription Reject() => new(Kind, 0, Protocol, Formats, [.. Lines.Where(static line => line.IsAttribute("mid"))]);

    public MediaDescription WithLines(IReadOnlyList<SdpLine> lines) => new(Kind, Port, Protocol, Formats, lines, PortCount);

    public override string ToString() => PortCount == 1
        ? string.Create(CultureInfo.InvariantCulture, $"{Kind} {Port} {Protocol} {string.Join(' ', Formats)}")
        : string.Create(CultureInfo.InvariantCulture, $"{Kind} {Port}/{PortCount} {Protocol} {string.Join(' ', Formats)}");

    private RtpFormat? FindMap(int payloadType)
    {
        foreach (var line in Lines)
        {
            if (line.IsAttribute("rtpmap") && RtpFormat.TryParse(line.AttributeValue) is { } format && format.PayloadType == payloadType)
            {
                return format;
            }
        }

        return null;
    }
}
