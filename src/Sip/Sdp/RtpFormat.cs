using System.Globalization;

namespace Routing.Sip.Sdp;

/// <summary>A payload type with its meaning: from a=rtpmap, or the static table of RFC 3551 §6.</summary>
public readonly record struct RtpFormat(int PayloadType, string Encoding, int ClockRateHz)
{
    public const string Pcmu = "PCMU";
    public const string Pcma = "PCMA";
    public const string TelephoneEvent = "telephone-event";

    public bool Is(string encoding, int clockRateHz) =>
        ClockRateHz == clockRateHz && Encoding.Equals(encoding, StringComparison.OrdinalIgnoreCase);

    /// <summary>Null for a payload type without a static meaning.</summary>
    public static RtpFormat? Static(int payloadType) => payloadType switch
    {
        0 => new RtpFormat(0, Pcmu, 8000),
        3 => new RtpFormat(3, "GSM", 8000),
        4 => new RtpFormat(4, "G723", 8000),
        8 => new RtpFormat(8, Pcma, 8000),
        9 => new RtpFormat(9, "G722", 8000),
        13 => new RtpFormat(13, "CN", 8000),
        18 => new RtpFormat(18, "G729", 8000),
        _ => null,
    };

    /// <summary>"0 PCMU/8000[/1]", the value of a=rtpmap.</summary>
    public static RtpFormat? TryParse(string rtpmap)
    {
        var space = rtpmap.IndexOf(' ', StringComparison.Ordinal);
        if (space <= 0
            || !int.TryParse(rtpmap.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture, out var type)
            || type > 127)
        {
            return null;
        }

        var parts = rtpmap[(space + 1)..].Trim().Split('/');
        return parts.Length is 2 or 3 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var rate) && rate > 0
            ? new RtpFormat(type, parts[0], rate)
            : null;
    }

    public override string ToString() => $"{PayloadType} {Encoding}/{ClockRateHz}";
}
